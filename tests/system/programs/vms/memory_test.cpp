// SPDX-License-Identifier: BSD-2-Clause
#include "guest_test.hpp"
#include "guests/images.hpp"
#include "host/guide.hpp"
#include "vms.hpp"

// Guests that ask their host what it can do to their memory.

namespace vms {

namespace {
void run_guided (std::string_view name, const Shape &shape, Image image) {
    el1::print ("guest: ", name, ", ", kind_name (shape.is_plain), "\n");
    el1::Test test{name, kind_name (shape.is_plain)};
    Vm vm{arena (0), shape, image};
    vm.add_vcpu ();
    MemoryGuide guide{vm};
    Vcpu vcpu{vm, 0, &guide};
    expect_finished (test, vcpu);
}
}  // namespace

void test_sharing () {
    for (const bool is_plain : both_kinds) {
        run_guided ("sharing", {.is_plain = is_plain}, images::sharing ());
    }
}

void test_plain () {
    run_guided ("what the host does to it", {.is_plain = true, .all_ram = true}, images::plain ());
}

}  // namespace vms

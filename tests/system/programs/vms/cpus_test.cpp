// SPDX-License-Identifier: BSD-2-Clause
#include "guest_test.hpp"
#include "guests/images.hpp"
#include "host/helper.hpp"
#include "machine.hpp"
#include "vms.hpp"

#include <optional>

// vCPUs of one VM, and VMs, that run at the same time.

namespace vms {

namespace {
/// A vCPU that a helper runs to its end.
struct Run {
    Vcpu vcpu;
    bool is_good{};
};

void run_to_the_end (void *argument) {
    auto &run   = *static_cast<Run *> (argument);
    run.is_good = run.vcpu.run ();
}

void vcpus_of_one_vm (bool is_plain) {
    const auto count = el1::machine ().cpus.size ();
    el1::print ("guest: several vCPUs, ", kind_name (is_plain), "\n");
    el1::Test test{"vCPUs of one VM run on all CPUs at once", kind_name (is_plain)};
    Vm vm{arena (0), {.is_plain = is_plain, .vcpus = count}, images::smp ()};
    for (std::uint64_t i = 0; i < count; ++i) {
        vm.add_vcpu (i, count);
    }
    std::array<std::optional<Helper>, EL1_MAX_CPUS> helpers;
    std::array<std::optional<Run>, EL1_MAX_CPUS> runs;
    for (unsigned i = 1; i < count; ++i) {
        runs.at (i).emplace (Vcpu{vm, i});
        helpers.at (i).emplace (i);
        helpers.at (i)->start (run_to_the_end, &*runs.at (i));
    }
    Vcpu first{vm};
    expect_finished (test, first);
    for (unsigned i = 1; i < count; ++i) {
        helpers.at (i)->wait ();
        test.about ("vCPU", i);
        test.expect ("it finished", runs.at (i)->is_good);
        helpers.at (i).reset ();
    }
}

/// On every CPU a VM of its own, all of one kind but for the last.
void vms_at_once (bool is_plain) {
    const auto count = std::min<std::size_t> (el1::machine ().cpus.size (), Arena::count);
    el1::print ("guests: a VM on each CPU, ", kind_name (is_plain), "\n");
    el1::Test test{"VMs run on all CPUs at once", kind_name (is_plain)};
    std::array<std::optional<Vm>, Arena::count> machines;
    std::array<std::optional<Helper>, Arena::count> helpers;
    std::array<std::optional<Run>, Arena::count> runs;
    for (unsigned i = 0; i < count; ++i) {
        const bool is_last = i + 1 == count;
        machines.at (i).emplace (arena (i), Shape{.is_plain = is_plain != is_last}, images::registers ());
        machines.at (i)->add_vcpu ();
        runs.at (i).emplace (Vcpu{*machines.at (i)});
        if (i != 0) {
            runs.at (i)->vcpu.mute ();
            helpers.at (i).emplace (i);
            helpers.at (i)->start (run_to_the_end, &*runs.at (i));
        }
    }
    runs.front ()->vcpu.mute ();
    run_to_the_end (&*runs.front ());
    for (unsigned i = 0; i < count; ++i) {
        if (i != 0) {
            helpers.at (i)->wait ();
            helpers.at (i).reset ();
        }
        test.about ("VM", i);
        test.expect ("its guest finished with nothing failed", runs.at (i)->is_good);
    }
}
}  // namespace

void test_cpus () {
    for (const bool is_plain : both_kinds) {
        vcpus_of_one_vm (is_plain);
        vms_at_once (is_plain);
    }
}

}  // namespace vms

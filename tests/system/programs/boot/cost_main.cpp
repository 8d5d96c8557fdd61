// SPDX-License-Identifier: BSD-2-Clause
#include "boot.hpp"
#include "el2_counter.hpp"
#include "hyp/abi/status.h"
#include "images.hpp"
#include "program.hpp"
#include "vms/host/guest_tree.hpp"
#include "vms/host/vm_call.hpp"

#include <array>

// Counts what the guest firmware spends on verifying, under QEMU's -icount.

namespace boot {

namespace {
/// What EL1 spends on booting @p image, up to the guest's first exit.
[[nodiscard]] auto spent_on (const vms::Image &image) -> std::uint64_t {
    constexpr std::uint64_t ram_size = 32ULL << 20;

    el1::Test test{"the guest boots"};
    Boot boot{image, ram_size};
    std::array<std::byte, ravelin::page_size> room{};
    boot.put_tree (vms::write_guest_tree (room, 1));
    const SignedVm vm{boot.place, boot.shape};

    const auto before = el1::El2Counter::value ();
    const auto exit   = vms::vcpu_run (vm.handle (), 0);
    const auto spent  = el1::El2Counter::value () - before;
    test.equal ("its first exit", exit.cause, RAVELIN_EXIT_MMIO);
    test.equal ("the address of that", exit.x2, GUEST_BEGUN);
    return spent;
}
}  // namespace

}  // namespace boot

auto el1::run_program () -> End {
    const El2Counter counter{true};
    for (const auto &image : {vms::images::boot (), vms::images::boot_large ()}) {
        print ("verification EL1 instructions ", boot::spent_on (image), " for bytes ", image.kernel.size (), "\n");
    }
    return End::power_off;
}

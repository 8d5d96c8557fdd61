// SPDX-License-Identifier: BSD-2-Clause
#include "guest_test.hpp"
#include "guests/images.hpp"
#include "host/reach.hpp"
#include "hyp/abi/status.h"
#include "machine.hpp"
#include "vms.hpp"

// What is left of a VM.

namespace vms {

namespace {
constexpr std::uint64_t secret_pages = 64;

/// Where guests/secret.cpp has left something.
[[nodiscard]] auto secrets (const Vm &vm) -> std::array<PaRange, 2> {
    return {PaRange{vm.page_for (Ipa{GUEST_PAGE}), secret_pages * ravelin::page_size},
            PaRange{vm.page_for (Ipa{GUEST_BLOCK_RAM}), ravelin::block_size}};
}

[[nodiscard]] auto is_reachable (PaRange range) -> bool {
    for (std::uint64_t offset = 0; offset < range.size; offset += ravelin::page_size) {
        if (!try_load (range.start + offset) || !try_store (range.start + offset, 0)) { return false; }
    }
    return true;
}

void pages_come_back_as_zeros () {
    el1::Test test{"a protected VM's pages are out of reach, and come back as zeros"};
    Vm vm{arena (0), {.all_ram = true}, images::secret ()};
    vm.add_vcpu ();
    Vcpu vcpu{vm};
    expect_finished (test, vcpu);
    const auto control = arena (0).taken ();
    for (const PaRange &range : secrets (vm)) {
        for (std::uint64_t offset = 0; offset < range.size; offset += ravelin::page_size) {
            test.expect ("a page can't be loaded from", !try_load (range.start + offset));
            test.expect ("or stored to", !try_store (range.start + offset, 1));
        }
    }
    test.expect ("nor can its control block", !try_load (control.start) && !try_store (control.start, 1));

    vm.destroy ();
    for (const PaRange &range : secrets (vm)) {
        test.expect ("its pages are zero", is_zero (range));
        test.expect ("the host reaches them", is_reachable (range));
    }
    test.expect ("control blocks and tables are reachable", is_reachable (control));
}

void lent_pages_stay_the_hosts () {
    constexpr std::uint64_t secret = 0x5ec2'e75e'c2e7'5ec2;
    el1::Test test{"a plain VM's pages stay what they are"};
    Vm vm{arena (0), {.is_plain = true, .all_ram = true}, images::secret ()};
    vm.add_vcpu ();
    Vcpu vcpu{vm};
    expect_finished (test, vcpu);
    vm.destroy ();
    for (const PaRange &range : secrets (vm)) {
        test.equal ("its first word", try_load (range.start).value_or (0), secret);
    }
    test.expect ("the host reaches all", is_reachable (secrets (vm)[0]) && is_reachable (secrets (vm)[1]));
}

void handle_dies () {
    el1::Test test{"the handle of a VM that is gone names none"};
    Vm vm{arena (0), {}, images::secret ()};
    vm.add_vcpu ();
    const auto handle = vm.handle ();
    vm.destroy ();
    constexpr std::array<std::uint64_t, 11> calls{
        RAVELIN_VM_ADD_RAM, RAVELIN_VM_TOP_UP,  RAVELIN_VM_DONATE,   RAVELIN_VM_LEND,
        RAVELIN_VM_PROTECT, RAVELIN_VM_UNMAP,   RAVELIN_VCPU_CREATE, RAVELIN_VCPU_GET,
        RAVELIN_VCPU_SET,   RAVELIN_VM_DESTROY, RAVELIN_VM_RECLAIM,
    };
    for (const std::uint64_t call : calls) {
        test.about ("call", call);
        test.status ("status", vm_call (call, handle, GUEST_RAM, ravelin::page_size, 1).status, RAVELIN_INVALID);
    }
    test.status ("VCPU_RUN", vcpu_run (handle, 0).status, RAVELIN_INVALID);
}

void many_come_and_go () {
    // Where caches are simulated each takes a third of a second.
    const std::uint64_t cycles = el1::machine ().arguments.contains ("few-vms") ? 30 : 300;
    el1::Test test{"many VMs, one after the other"};
    for (std::uint64_t cycle = 0; cycle < cycles; ++cycle) {
        test.about ("VM", cycle);
        Vm vm{arena (0), {.is_plain = cycle % 2 == 1}, images::spin ()};
        vm.add_vcpu ();
        Vcpu vcpu{vm};
        // Its first exit is for a page, of its stack or the one that it counts in.
        test.expect ("it runs", vcpu.step () == Step::served);
    }
}
}  // namespace

void test_teardown () {
    pages_come_back_as_zeros ();
    lent_pages_stay_the_hosts ();
    handle_dies ();
    many_come_and_go ();
}

}  // namespace vms

// SPDX-License-Identifier: BSD-2-Clause
#include "guest_test.hpp"
#include "guests/images.hpp"
#include "host/bare_vm.hpp"
#include "machine.hpp"
#include "vms.hpp"

// Calls that make and end VMs and vCPUs, and run them: what each refuses.

namespace vms {

namespace {
using el1::Test;

constexpr std::uint64_t bits         = 39;
constexpr std::uint64_t page         = ravelin::page_size;
constexpr std::uint64_t no_handle    = 0;
constexpr std::uint64_t wrong_handle = 0xffff'ffff'ffff'ffff;

[[nodiscard]] auto create (std::uint64_t place, std::uint64_t properties, std::uint64_t vcpus) -> std::int64_t {
    return vm_call (RAVELIN_VM_CREATE, place, properties, vcpus).status;
}

void create_refuses () {
    const auto place = arena (1).take (RAVELIN_VM_PAGES * page).value ();
    const auto own   = el1::machine ().ravelin.start.align_up (RAVELIN_VM_PAGES * page).value ();
    Test test{"VM_CREATE refuses"};
    test.status ("a place that isn't aligned", create (place + page, bits, 1), RAVELIN_INVALID);
    test.status ("31 bits of IPA", create (place, RAVELIN_MIN_IPA_BITS - 1, 1), RAVELIN_INVALID);
    test.status ("41 bits of IPA", create (place, RAVELIN_MAX_IPA_BITS + 1, 1), RAVELIN_INVALID);
    test.status ("unknown properties", create (place, bits | RAVELIN_VM_PROTECTED << 1, 1), RAVELIN_INVALID);
    test.status ("no vCPUs", create (place, bits, 0), RAVELIN_INVALID);
    test.status ("too many vCPUs", create (place, bits, RAVELIN_MAX_VCPUS + 1), RAVELIN_INVALID);
    test.status ("Ravelin's pages", create (own, bits, 1), RAVELIN_DENIED);
    test.status ("no memory", create (1ULL << 39, bits, 1), RAVELIN_DENIED);
    test.status ("addresses without end", create (~0ULL - RAVELIN_VM_PAGES * page + 1, bits, 1), RAVELIN_DENIED);
    const BareVm vm{arena (2)};
    test.status ("another VM's pages", create (arena (2).taken ().start.value (), bits, 1), RAVELIN_DENIED);
    arena (1).take_back ();
}

void too_many_vms () {
    static constinit std::array<std::uint64_t, RAVELIN_MAX_VMS> handles{};
    const auto place = [] (std::uint64_t i) {
        return arena (1).page_for (Ipa{GUEST_RAM}).value () + i * RAVELIN_VM_PAGES * page;
    };
    Test test{"there can be 250 VMs, not one more, and then again"};
    for (unsigned round = 0; round < 2; ++round) {
        for (std::uint64_t i = 0; i < handles.size (); ++i) {
            const Result created = vm_call (RAVELIN_VM_CREATE, place (i), bits | RAVELIN_VM_PROTECTED, 1);
            test.about ("VM", i);
            test.status ("VM_CREATE", created.status, RAVELIN_SUCCESS);
            test.expect ("the handle isn't 0", created.value != 0);
            handles.at (i) = created.value;
        }
        test.status ("VM_CREATE of one more", create (place (handles.size ()), bits, 1), RAVELIN_NO_MEMORY);
        for (const std::uint64_t handle : handles) {
            tear_down (handle);
        }
    }
}

void vcpu_create_refuses () {
    constexpr std::uint64_t vcpus = 2;
    const BareVm vm{arena (1), true, vcpus};
    const auto place = arena (1).take (page).value ();
    const auto taken = arena (1).taken ().start.value ();
    const auto call  = [&] (std::uint64_t number, std::uint64_t pa, std::uint64_t pc) {
        return vm.call (RAVELIN_VCPU_CREATE, number, pa, pc);
    };

    Test test{"VCPU_CREATE refuses"};
    test.status ("no VM", vm_call (RAVELIN_VCPU_CREATE, no_handle, 0, place, GUEST_RAM).status, RAVELIN_INVALID);
    test.status ("a number too high", call (vcpus, place, GUEST_RAM), RAVELIN_INVALID);
    test.status ("a place that isn't aligned", call (0, place + 8, GUEST_RAM), RAVELIN_INVALID);
    test.status ("a PC that isn't aligned", call (0, place, GUEST_RAM + 2), RAVELIN_INVALID);
    test.status ("a page of the VM", call (0, taken, GUEST_RAM), RAVELIN_DENIED);
    test.status ("Ravelin's page", call (0, el1::machine ().ravelin.start.value (), GUEST_RAM), RAVELIN_DENIED);
    test.status ("nothing", call (0, place, GUEST_RAM), RAVELIN_SUCCESS);
    test.status ("the same vCPU again", call (0, arena (1).take (page).value (), GUEST_RAM), RAVELIN_EXISTS);
    test.status ("a vCPU's own page", call (1, place, GUEST_RAM), RAVELIN_DENIED);
    must ("VM_ADD_RAM", vm.call (RAVELIN_VM_ADD_RAM, GUEST_RAM, page));
    const Exit exit = vcpu_run (vm.handle, 0);
    test.status ("not to run", exit.status, RAVELIN_SUCCESS);
    test.equal ("the first exit", exit.cause, RAVELIN_EXIT_PAGE);
    test.equal ("its page", exit.x2, GUEST_RAM);
    test.status ("a vCPU for a VM that isn't new", call (1, arena (1).take (page).value (), GUEST_RAM), RAVELIN_DENIED);
    test.status ("RAM for a VM that isn't new", vm.call (RAVELIN_VM_ADD_RAM, GUEST_RAM, page), RAVELIN_DENIED);
}

void protected_vcpu_create_refuses () {
    constexpr std::uint64_t vcpus    = 2;
    constexpr std::uint64_t firmware = GUEST_RAM + RAVELIN_IMAGE_FIRMWARE;
    const BareVm vm{arena (1), false, vcpus};
    const auto place = arena (1).take (page).value ();
    const auto call  = [&] (std::uint64_t number, std::uint64_t pc, std::uint64_t flags) {
        return vm_call (RAVELIN_VCPU_CREATE, vm.handle, number, place, pc, 0, flags).status;
    };
    must ("VM_ADD_RAM", vm.call (RAVELIN_VM_ADD_RAM, GUEST_RAM, ravelin::block_size));
    must ("VM_TOP_UP", vm.call (RAVELIN_VM_TOP_UP, arena (1).take (4 * page).value (), 4));

    Test test{"VCPU_CREATE for a protected VM refuses"};
    test.status ("another place than RAM", call (0, GUEST_CONSOLE, 0), RAVELIN_INVALID);
    test.status ("a place where nothing is", call (0, firmware, 0), RAVELIN_INVALID);
    test.status ("a second vCPU that begins by itself", call (1, firmware, 0), RAVELIN_INVALID);
    test.status ("not a first one", vm.create_first_vcpu (), RAVELIN_SUCCESS);
    test.status ("not one that is off", call (1, 0, RAVELIN_VCPU_OFF), RAVELIN_SUCCESS);
    test.equal ("the exit of one that nobody turns on", vcpu_run (vm.handle, 1).cause, RAVELIN_EXIT_OFF);
    const Exit exit = vcpu_run (vm.handle, 0);
    test.equal ("the firmware's first exit", exit.cause, RAVELIN_EXIT_PAGE);
    test.equal ("the page where the manifest should be", exit.x2, GUEST_RAM);
}

void run_refuses () {
    const BareVm vm{arena (1)};
    Test test{"VCPU_RUN refuses"};
    test.status ("handle 0", vcpu_run (no_handle, 0).status, RAVELIN_INVALID);
    test.status ("a wrong handle", vcpu_run (wrong_handle, 0).status, RAVELIN_INVALID);
    test.status ("a vCPU that isn't there", vcpu_run (vm.handle, 0).status, RAVELIN_INVALID);
    test.status ("a number too high", vcpu_run (vm.handle, RAVELIN_MAX_VCPUS).status, RAVELIN_INVALID);
    test.status ("a number without end", vcpu_run (vm.handle, ~0ULL).status, RAVELIN_INVALID);
}

void registers_refuse () {
    Vm plain{arena (1), {.is_plain = true}, images::spin ()};
    Vm kept{arena (2), {}, images::spin ()};
    plain.add_vcpu ();
    kept.add_vcpu ();
    constexpr std::uint64_t el2  = 0x3c9;
    constexpr std::uint64_t svc  = 0x1d3;  // AArch32, not at EL0
    constexpr std::uint64_t user = 0x1d0;  // AArch32 at EL0
    constexpr std::uint64_t el1h = 0x3c5;
    const auto get               = [] (const Vm &vm, std::uint64_t number, std::uint64_t which) {
        return vm_call (RAVELIN_VCPU_GET, vm.handle (), number, which);
    };
    const auto set = [] (const Vm &vm, std::uint64_t number, std::uint64_t which, std::uint64_t value) {
        return vm_call (RAVELIN_VCPU_SET, vm.handle (), number, which, value).status;
    };

    Test test{"VCPU_GET and VCPU_SET refuse"};
    test.status ("no VM to read", vm_call (RAVELIN_VCPU_GET, no_handle, 0, 0).status, RAVELIN_INVALID);
    test.status ("no VM to write", vm_call (RAVELIN_VCPU_SET, no_handle, 0, 0, 0).status, RAVELIN_INVALID);
    test.status ("no vCPU to read", get (plain, 1, 0).status, RAVELIN_INVALID);
    test.status ("no vCPU to write", set (plain, 1, 0, 0), RAVELIN_INVALID);
    test.status ("no register to read", get (plain, 0, RAVELIN_REGISTERS).status, RAVELIN_INVALID);
    test.status ("no register to write", set (plain, 0, RAVELIN_REGISTERS, 0), RAVELIN_INVALID);
    test.status ("PSTATE at EL2", set (plain, 0, RAVELIN_REGISTER_PSTATE, el2), RAVELIN_INVALID);
    test.status ("PSTATE of AArch32 above EL0", set (plain, 0, RAVELIN_REGISTER_PSTATE, svc), RAVELIN_INVALID);
    test.status ("a protected VM's register to read", get (kept, 0, 0).status, RAVELIN_DENIED);
    test.status ("a protected VM's register to write", set (kept, 0, 0, 0), RAVELIN_DENIED);

    test.status ("not PSTATE of AArch32 at EL0", set (plain, 0, RAVELIN_REGISTER_PSTATE, user), RAVELIN_SUCCESS);
    test.status ("not PSTATE at EL1", set (plain, 0, RAVELIN_REGISTER_PSTATE, el1h), RAVELIN_SUCCESS);
    for (std::uint64_t which = 0; which < RAVELIN_REGISTERS; ++which) {
        test.about ("register", which);
        const Result got = get (plain, 0, which);
        test.status ("reading it", got.status, RAVELIN_SUCCESS);
        test.status ("writing it back", set (plain, 0, which, got.value), RAVELIN_SUCCESS);
        test.equal ("what it is then", get (plain, 0, which).value, got.value);
    }
}

void ends_refuse () {
    const BareVm vm{arena (1), false, 2};
    Test test{"VM_DESTROY and VM_RECLAIM refuse"};
    test.status ("no VM to destroy", vm_call (RAVELIN_VM_DESTROY, no_handle).status, RAVELIN_INVALID);
    test.status ("no VM to reclaim", vm_call (RAVELIN_VM_RECLAIM, wrong_handle).status, RAVELIN_INVALID);
    test.status ("to reclaim what isn't dying", vm.call (RAVELIN_VM_RECLAIM), RAVELIN_DENIED);
    test.status ("not to destroy", vm.call (RAVELIN_VM_DESTROY), RAVELIN_SUCCESS);
    test.status ("not to destroy again", vm.call (RAVELIN_VM_DESTROY), RAVELIN_SUCCESS);
    test.status ("tables for the dying", vm.call (RAVELIN_VM_TOP_UP, arena (1).take (page).value (), 1),
                 RAVELIN_DENIED);
    test.status (
        "a vCPU for the dying",
        vm_call (RAVELIN_VCPU_CREATE, vm.handle, 1, arena (1).take (page).value (), 0, 0, RAVELIN_VCPU_OFF).status,
        RAVELIN_DENIED);
}
}  // namespace

void test_refused_life () {
    create_refuses ();
    too_many_vms ();
    vcpu_create_refuses ();
    protected_vcpu_create_refuses ();
    run_refuses ();
    registers_refuse ();
    ends_refuse ();
}

}  // namespace vms

// SPDX-License-Identifier: BSD-2-Clause
#include "gic.hpp"
#include "hyp/abi/status.h"
#include "interrupts.hpp"
#include "vms/guest_test.hpp"
#include "vms/host/bare_vm.hpp"

#include <array>

// Calls that give a VM its interrupts and time: what they refuse, in the order of vm_calls.h.

namespace interrupts {

using vms::BareVm;

namespace {
constexpr std::uint64_t ram      = GUEST_RAM;
constexpr std::uint64_t ram_size = 0x20'0000;
constexpr std::uint64_t intids   = 96;
constexpr std::uint64_t page     = RAVELIN_PAGE_SIZE;

void top_up (const BareVm &vm) {
    constexpr std::uint64_t pages = 8;
    const auto place              = vms::arena (0).take (pages * page).value ();
    vms::must ("VM_TOP_UP", vm.call (RAVELIN_VM_TOP_UP, place, pages));
}

void add_vcpu (const BareVm &vm) {
    vms::must ("VCPU_CREATE", vm.create_first_vcpu ());
}

/// Runs it once; it has no page to run in.
void start (el1::Test &test, const BareVm &vm) {
    test.equal ("the first exit", vms::vcpu_run (vm.handle, 0).cause, RAVELIN_EXIT_PAGE);
}

void set_gic (bool is_plain) {
    el1::Test test{"VM_SET_GIC refuses what it should", vms::kind_name (is_plain)};
    BareVm vm{vms::arena (0), is_plain};
    const auto refused = [&] (std::uint64_t gicd, std::uint64_t gicc, std::uint64_t count, std::int64_t status) {
        test.about ("distributor", gicd);
        test.status ("VM_SET_GIC", vm.call (RAVELIN_VM_SET_GIC, gicd, gicc, count), status);
    };
    constexpr std::uint64_t behind = 1ULL << 39;
    vms::must ("VM_ADD_RAM", vm.call (RAVELIN_VM_ADD_RAM, ram, ram_size));
    test.status ("no VM", vms::vm_call (RAVELIN_VM_SET_GIC, 0, GUEST_GICD, GUEST_GICC, intids).status, RAVELIN_INVALID);
    refused (GUEST_GICD + 4, GUEST_GICC, intids, RAVELIN_INVALID);
    refused (GUEST_GICD, GUEST_GICC + 0x800, intids, RAVELIN_INVALID);
    refused (behind, GUEST_GICC, intids, RAVELIN_INVALID);
    refused (GUEST_GICD, behind - page, intids, RAVELIN_INVALID);
    refused (~0ULL & ~(page - 1), GUEST_GICC, intids, RAVELIN_INVALID);
    refused (GUEST_GICC, GUEST_GICC, intids, RAVELIN_INVALID);
    refused (GUEST_GICC + page, GUEST_GICC, intids, RAVELIN_INVALID);
    for (const std::uint64_t count : {0ULL, 31ULL, 33ULL, 1020ULL, 1056ULL, ~0ULL}) {
        refused (GUEST_GICD, GUEST_GICC, count, RAVELIN_INVALID);
    }
    refused (ram, GUEST_GICC, intids, RAVELIN_EXISTS);
    refused (GUEST_GICD, ram - page, intids, RAVELIN_EXISTS);
    refused (GUEST_GICD, GUEST_GICC, intids, RAVELIN_NO_MEMORY);
    top_up (vm);
    refused (GUEST_GICD, GUEST_GICC, intids, RAVELIN_SUCCESS);
    refused (GUEST_GICD, GUEST_GICC, intids, RAVELIN_EXISTS);
    test.status ("RAM over the distributor", vm.call (RAVELIN_VM_ADD_RAM, GUEST_GICD, page), RAVELIN_EXISTS);
    test.status ("RAM over the interface", vm.call (RAVELIN_VM_ADD_RAM, GUEST_GICC + page, page), RAVELIN_EXISTS);
}

void too_late (bool is_plain) {
    el1::Test test{"a VM that has run gets no GIC, and, protected, no other time", vms::kind_name (is_plain)};
    BareVm vm{vms::arena (0), is_plain};
    vms::must ("VM_ADD_RAM", vm.call (RAVELIN_VM_ADD_RAM, ram, ram_size));
    top_up (vm);
    add_vcpu (vm);
    test.status ("VM_SET_TIME", vm.call (RAVELIN_VM_SET_TIME, 1000), RAVELIN_SUCCESS);
    test.status ("VM_SET_TIME again", vm.call (RAVELIN_VM_SET_TIME, ~0ULL), RAVELIN_SUCCESS);
    test.status ("VM_SET_TIME of no VM", vms::vm_call (RAVELIN_VM_SET_TIME, 0, 1000).status, RAVELIN_INVALID);
    start (test, vm);
    test.status ("VM_SET_GIC", vm.call (RAVELIN_VM_SET_GIC, GUEST_GICD, GUEST_GICC, intids), RAVELIN_DENIED);
    // A plain VM doesn't run now; a protected one's time is its own.
    const auto later = is_plain ? RAVELIN_SUCCESS : RAVELIN_DENIED;
    test.status ("VM_SET_TIME, begun", vm.call (RAVELIN_VM_SET_TIME, 1000), later);
    test.status ("VM_SET_LINE without a GIC", vm.call (RAVELIN_VM_SET_LINE, 40, 1), RAVELIN_INVALID);
}

void set_line (bool is_plain) {
    el1::Test test{"VM_SET_LINE refuses what it should", vms::kind_name (is_plain)};
    BareVm vm{vms::arena (0), is_plain};
    top_up (vm);
    vms::must ("VM_SET_GIC", vm.call (RAVELIN_VM_SET_GIC, GUEST_GICD, GUEST_GICC, RAVELIN_MAX_INTIDS));
    test.status ("no VM", vms::vm_call (RAVELIN_VM_SET_LINE, 0, 40, 1).status, RAVELIN_INVALID);
    for (const std::uint64_t intid : {0ULL, 15ULL, 16ULL, 27ULL, 31ULL, 1020ULL, 1023ULL, 1024ULL, ~0ULL}) {
        test.about ("INTID", intid);
        test.status ("VM_SET_LINE", vm.call (RAVELIN_VM_SET_LINE, intid, 1), RAVELIN_INVALID);
    }
    for (const std::uint64_t intid : {32ULL, 1019ULL}) {
        test.about ("INTID", intid);
        test.status ("level 2", vm.call (RAVELIN_VM_SET_LINE, intid, 2), RAVELIN_INVALID);
        test.status ("raised", vm.call (RAVELIN_VM_SET_LINE, intid, 1), RAVELIN_SUCCESS);
        test.status ("lowered", vm.call (RAVELIN_VM_SET_LINE, intid, 0), RAVELIN_SUCCESS);
    }
    vms::must ("VM_DESTROY", vm.call (RAVELIN_VM_DESTROY));
    test.status ("dying", vm.call (RAVELIN_VM_SET_LINE, 40, 1), RAVELIN_DENIED);
}

void get_and_set () {
    constexpr std::uint64_t priorities = el1::gic::gicd_ipriorityr + 40;
    constexpr std::uint64_t mask       = RAVELIN_GICC + el1::gic::gicc_pmr;
    el1::Test test{"a plain VM's GIC is the host's to read and write"};
    BareVm vm{vms::arena (0), true};
    vms::must ("VM_ADD_RAM", vm.call (RAVELIN_VM_ADD_RAM, ram, ram_size));
    top_up (vm);
    add_vcpu (vm);
    test.status ("GIC_GET without one", vm.call (RAVELIN_GIC_GET, 0, priorities), RAVELIN_INVALID);
    test.status ("GIC_SET without one", vm.call (RAVELIN_GIC_SET, 0, priorities, 0), RAVELIN_INVALID);
    vms::must ("VM_SET_GIC", vm.call (RAVELIN_VM_SET_GIC, GUEST_GICD, GUEST_GICC, intids));
    const auto get = [&] (std::uint64_t offset) {
        return vms::vm_call (RAVELIN_GIC_GET, vm.handle, 0, offset);
    };
    test.status ("no such vCPU", vm.call (RAVELIN_GIC_GET, 1, priorities), RAVELIN_INVALID);
    for (const std::uint64_t offset : {2ULL, RAVELIN_GICC + 0x00cULL, RAVELIN_GICC + 0x1000ULL, ~3ULL}) {
        test.about ("offset", offset);
        test.status ("GIC_GET", get (offset).status, RAVELIN_INVALID);
        test.status ("GIC_SET", vm.call (RAVELIN_GIC_SET, 0, offset, 0), RAVELIN_INVALID);
    }
    test.status ("a value of 33 bits", vm.call (RAVELIN_GIC_SET, 0, priorities, 1ULL << 32), RAVELIN_INVALID);
    test.equal ("TYPER", get (el1::gic::gicd_typer).value, intids / 32 - 1);
    test.status ("GIC_SET of priorities", vm.call (RAVELIN_GIC_SET, 0, priorities, 0x1020'3040), RAVELIN_SUCCESS);
    test.equal ("priorities", get (priorities).value, 0x1020'3040);
    test.status ("GIC_SET of a mask", vm.call (RAVELIN_GIC_SET, 0, mask, 0x50), RAVELIN_SUCCESS);
    test.equal ("the mask", get (mask).value, 0x50);
    vms::must ("VM_DESTROY", vm.call (RAVELIN_VM_DESTROY));
    test.status ("GIC_GET, dying", get (priorities).status, RAVELIN_DENIED);
    test.status ("GIC_SET, dying", vm.call (RAVELIN_GIC_SET, 0, priorities, 0), RAVELIN_DENIED);
}

void hidden () {
    el1::Test test{"a protected VM's GIC is not"};
    BareVm vm{vms::arena (0), false};
    vms::must ("VM_ADD_RAM", vm.call (RAVELIN_VM_ADD_RAM, ram, ram_size));
    top_up (vm);
    add_vcpu (vm);
    vms::must ("VM_SET_GIC", vm.call (RAVELIN_VM_SET_GIC, GUEST_GICD, GUEST_GICC, intids));
    test.status ("GIC_GET", vm.call (RAVELIN_GIC_GET, 0, 0), RAVELIN_DENIED);
    test.status ("GIC_SET", vm.call (RAVELIN_GIC_SET, 0, 0, 1), RAVELIN_DENIED);
}

void power (bool is_plain) {
    constexpr std::uint64_t second = 1;
    el1::Test test{"a vCPU may begin turned off", vms::kind_name (is_plain)};
    BareVm vm{vms::arena (0), is_plain, 2};
    vms::must ("VM_ADD_RAM", vm.call (RAVELIN_VM_ADD_RAM, ram, ram_size));
    const auto create = [&] (std::uint64_t properties) {
        const auto place = vms::arena (0).take (page).value ();
        return vms::vm_call (RAVELIN_VCPU_CREATE, vm.handle, second, place, ram, 0, properties).status;
    };
    test.status ("VCPU_CREATE with another property", create (2), RAVELIN_INVALID);
    test.status ("VCPU_CREATE of one that is off", create (RAVELIN_VCPU_OFF), RAVELIN_SUCCESS);
    test.equal ("its exit", vms::vcpu_run (vm.handle, second).cause, RAVELIN_EXIT_OFF);
    const auto denied = is_plain ? RAVELIN_SUCCESS : RAVELIN_DENIED;
    const auto get    = vms::vm_call (RAVELIN_VCPU_GET, vm.handle, second, RAVELIN_REGISTER_POWER);
    test.status ("VCPU_GET", get.status, denied);
    test.status ("VCPU_SET", vm.call (RAVELIN_VCPU_SET, second, RAVELIN_REGISTER_POWER, 1), denied);
    if (!is_plain) { return; }
    test.equal ("its power", get.value, 0);
    test.status ("VCPU_SET of 2", vm.call (RAVELIN_VCPU_SET, second, RAVELIN_REGISTER_POWER, 2), RAVELIN_INVALID);
    test.equal ("its exit when on", vms::vcpu_run (vm.handle, second).cause, RAVELIN_EXIT_PAGE);
}
}  // namespace

void test_gic_calls () {
    for (const bool is_plain : vms::both_kinds) {
        set_gic (is_plain);
        too_late (is_plain);
        set_line (is_plain);
        power (is_plain);
    }
    get_and_set ();
    hidden ();
}

}  // namespace interrupts

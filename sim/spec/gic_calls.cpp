// SPDX-License-Identifier: BSD-2-Clause
// VM_SET_GIC, VM_SET_LINE, GIC_GET, GIC_SET.
#include "hyp/abi/status.h"
#include "sim/spec/distributor.hpp"
#include "sim/spec/host_call.hpp"
#include "sim/spec/pages_of_call.hpp"
#include "sim/spec/waking.hpp"

namespace ravelin::spec {
namespace {

/// Whether X2 to X4 of VM_SET_GIC are in range.
auto is_place (const Vm &vm, std::uint64_t distributor, std::uint64_t interface, std::uint64_t intids) -> bool {
    constexpr std::uint64_t distributor_bytes = std::uint64_t{RAVELIN_GICD_PAGES} * RAVELIN_PAGE_SIZE;
    constexpr std::uint64_t interface_bytes   = std::uint64_t{RAVELIN_GICC_PAGES} * RAVELIN_PAGE_SIZE;
    const bool addresses                      = is_page (distributor) && is_page (interface) &&
                           vm.has_addresses (distributor, distributor_bytes) &&
                           vm.has_addresses (interface, interface_bytes);
    const bool apart =
        addresses && (distributor + distributor_bytes <= interface || interface + interface_bytes <= distributor);
    return apart && intids % 32 == 0 && intids >= RAVELIN_MIN_INTIDS && intids <= RAVELIN_MAX_INTIDS;
}

/// What GIC_GET and GIC_SET reach of a vCPU's CPU interface.
struct InterfaceRegister {
    std::uint32_t CpuInterface::*field;
    std::uint32_t mask;   // the bits that there are
    std::uint32_t least;  // what it holds at least
};

auto interface_register (std::uint64_t offset) -> std::optional<InterfaceRegister> {
    switch (offset) {
    case RAVELIN_GICC + 0x00: return InterfaceRegister{&CpuInterface::control, interface_control, 0};
    case RAVELIN_GICC + 0x04: return InterfaceRegister{&CpuInterface::priority_mask, 0xf8, 0};
    case RAVELIN_GICC + 0x08: return InterfaceRegister{&CpuInterface::binary_point, 7, 2};
    case RAVELIN_GICC + 0x1c: return InterfaceRegister{&CpuInterface::binary_point_1, 7, 3};
    case RAVELIN_GICC + 0xd0: return InterfaceRegister{&CpuInterface::active_priorities, 0xffff'ffff, 0};
    default:                  return std::nullopt;
    }
}

/// Whether X1 to X3 of both calls are in range.
auto is_valid (const HostCall &call) -> bool {
    const Vm *const vm         = call.vm ();
    const std::uint64_t offset = call.x[3];
    return vm != nullptr && vm->vcpu (call.x[2]) != nullptr && vm->gic && offset % 4 == 0 &&
           (offset < RAVELIN_GICC || interface_register (offset));
}

/// Why the host may not look at a VM's GIC, or SUCCESS.
auto access (const Vm &vm) -> ravelin_status {
    if (vm.is_protected || vm.phase == Phase::dying) { return RAVELIN_DENIED; }
    return vm.runs () ? RAVELIN_BUSY : RAVELIN_SUCCESS;
}

}  // namespace

auto vm_set_gic (const HostCall &call) -> Outcome {
    const std::uint64_t distributor = call.x[2];
    const std::uint64_t interface   = call.x[3];
    const std::uint64_t intids      = call.x[4];
    Vm *const vm                    = call.vm ();

    if (vm == nullptr || !is_place (*vm, distributor, interface, intids)) { return returns_status (RAVELIN_INVALID); }
    if (vm->phase != Phase::fresh) { return returns_status (RAVELIN_DENIED); }
    if (vm->gic || vm->overlaps_ram (distributor, std::uint64_t{RAVELIN_GICD_PAGES} * RAVELIN_PAGE_SIZE) ||
        vm->overlaps_ram (interface, std::uint64_t{RAVELIN_GICC_PAGES} * RAVELIN_PAGE_SIZE)) {
        return returns_status (RAVELIN_EXISTS);
    }
    // The first page of the CPU interface is hardware's, and mapped; the other pages are answered by Ravelin, which
    // keeps their state in one of the pages for tables.
    constexpr std::uint64_t state = 1;
    if (vm->space.tables_to_map (interface / RAVELIN_PAGE_SIZE, 1) + state > vm->free_tables ()) {
        return returns_status (RAVELIN_NO_MEMORY);
    }
    vm->pages_for_tables -= state;
    vm->space.add_device (interface / RAVELIN_PAGE_SIZE);
    vm->gic.emplace (distributor, interface, static_cast<std::uint32_t> (intids), vm->max_vcpus);
    return returns_status (RAVELIN_SUCCESS);
}

auto vm_set_line (const HostCall &call) -> Outcome {
    const std::uint64_t intid = call.x[2];
    Vm *const vm              = call.vm ();

    if (vm == nullptr || !vm->gic || !vm->controller ().has (intid) || intid < first_spi || call.x[3] > 1) {
        return returns_status (RAVELIN_INVALID);
    }
    if (vm->phase == Phase::dying) { return returns_status (RAVELIN_DENIED); }
    const Known before = known (*vm);
    set_line (*vm, static_cast<std::uint32_t> (intid), call.x[3] == 1);
    call.world.touched.gic = call.x[1];
    if (const auto why = objection_to_waking (*vm, call.choice.woken, before); !why.empty ()) { return objects (why); }
    return returns (Next::host, {RAVELIN_SUCCESS, call.choice.woken});
}

auto gic_get (const HostCall &call) -> Outcome {
    if (!is_valid (call)) { return returns_status (RAVELIN_INVALID); }
    Vm &vm                      = *call.vm ();
    const ravelin_status status = access (vm);
    if (status != RAVELIN_SUCCESS) { return returns_status (status); }
    vm.controller ().seen_by_host = true;
    Outcome outcome               = returns_status (status);
    const auto part               = interface_register (call.x[3]);
    const Vcpu &vcpu              = *vm.vcpu (call.x[2]);
    const Bits bits               = part ? Bits{vcpu.interface.*part->field, vcpu.interface_known ? ~0ULL : 0}
                                         : Distributor{vm, call.x[2]}.read (call.x[3], 4);
    outcome.x[1]                  = {ExpectedRegister::Kind::value, bits.value, bits.known};
    return outcome;
}

auto gic_set (const HostCall &call) -> Outcome {
    constexpr std::uint64_t sgir = 0xf00;
    const std::uint64_t value    = call.x[4];
    if (!is_valid (call) || value > 0xffff'ffff) { return returns_status (RAVELIN_INVALID); }
    Vm &vm                      = *call.vm ();
    const ravelin_status status = access (vm);
    if (status != RAVELIN_SUCCESS) { return returns_status (status); }
    vm.controller ().seen_by_host = true;
    call.world.touched.gic        = call.x[1];
    if (const auto part = interface_register (call.x[3])) {
        const auto bits                             = static_cast<std::uint32_t> (value) & part->mask;
        vm.vcpu (call.x[2])->interface.*part->field = bits < part->least ? part->least : bits;
    } else if (call.x[3] != sgir) {
        Distributor{vm, call.x[2]}.write (call.x[3], 4, value);
    }
    return returns_status (status);
}

}  // namespace ravelin::spec

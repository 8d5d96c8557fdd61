// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/gic400_virtual_interface.hpp"

#include <algorithm>

namespace ravelin::sim {

namespace offset = gic_interface_offset;

auto GicVirtualInterface::read (const DeviceAccess &access) -> std::uint64_t {
    if (access.size != 4) { return 0; }
    const GicCpuState &interface = state_.cpu (access.cpu).interface;
    switch (access.offset) {
    case offset::ctlr:   return interface.control;
    case offset::pmr:    return interface.priority_mask;
    case offset::bpr:    return interface.binary_point;
    case offset::abpr:   return interface.aliased_point;
    case offset::iar:    return acknowledge (access.cpu, GicRegisterSet::plain);
    case offset::aiar:   return acknowledge (access.cpu, GicRegisterSet::aliased);
    case offset::hppir:  return peek (access.cpu, GicRegisterSet::plain);
    case offset::ahppir: return peek (access.cpu, GicRegisterSet::aliased);
    case offset::rpr:    return interface.running_priority ();
    case offset::apr0:   return interface.active_levels;
    case offset::iidr:   return gic400_interface_id;
    default:             return 0;
    }
}

void GicVirtualInterface::write (const DeviceAccess &access, std::uint64_t value) {
    if (access.size != 4) { return; }
    const auto word        = static_cast<std::uint32_t> (value);
    const auto point       = static_cast<std::uint8_t> (value & 7);
    const auto intid       = word & GicCpuState::intid_mask;
    GicCpuState &interface = state_.cpu (access.cpu).interface;
    switch (access.offset) {
    case offset::ctlr:  interface.control = word & GicCpuState::control_bits; break;
    case offset::pmr:   interface.priority_mask = static_cast<std::uint8_t> (word & GicCpuState::priority_bits); break;
    case offset::bpr:   interface.binary_point = std::max (point, GicCpuState::lowest_point); break;
    case offset::abpr:  interface.aliased_point = std::max (point, GicCpuState::lowest_aliased); break;
    case offset::eoir:
    case offset::aeoir: state_.end (access.cpu, intid); break;
    case offset::apr0:  interface.active_levels = word; break;
    case offset::dir:   state_.deactivate (access.cpu, intid); break;
    default:            break;
    }
    state_.changed (access.cpu);
}

auto GicVirtualInterface::peek (CpuIndex cpu, GicRegisterSet set) -> std::uint32_t {
    const auto best = state_.highest_pending (cpu);
    if (!best) { return GicCpuState::spurious; }
    const GicListRegister &entry = state_.cpu (cpu).list[*best];
    if (const auto other = state_.cpu (cpu).interface.instead_of (entry.group (), set)) { return *other; }
    return entry.virtual_id () | entry.source () << GicCpuState::source_shift;
}

auto GicVirtualInterface::acknowledge (CpuIndex cpu, GicRegisterSet set) -> std::uint32_t {
    if (state_.output (cpu) == GicOutput::none) { return GicCpuState::spurious; }
    const std::uint32_t taken = peek (cpu, set);
    if ((taken & GicCpuState::intid_mask) < GicState::special_intids) {
        GicVirtualCpu &virtual_cpu = state_.cpu (cpu);
        GicListRegister &entry     = virtual_cpu.list[state_.highest_pending (cpu).value ()];
        virtual_cpu.interface.raise (entry.priority (), entry.group ());
        entry.acknowledge ();
        state_.changed (cpu);
    }
    return taken;
}

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/gic400_cpu_interface.hpp"

#include <algorithm>
#include <bit>

namespace ravelin::sim {

namespace offset = gic_interface_offset;

namespace {
constexpr std::uint8_t lower_half = 0x80;  // priorities of non-secure interrupts
}  // namespace

auto GicCpuInterface::read (const DeviceAccess &access) -> std::uint64_t {
    if (access.size != 4) { return 0; }
    const CpuIndex cpu     = access.cpu;
    const bool behind_stub = state_.security () == GicSecurity::non_secure;
    switch (access.offset) {
    case offset::ctlr: return read_control (cpu);
    case offset::pmr:  return read_priority (state_.cpu (cpu).priority_mask);
    case offset::bpr:  return behind_stub ? state_.cpu (cpu).aliased_point : state_.cpu (cpu).binary_point;
    case offset::iar:  return acknowledge (cpu, GicRegisterSet::plain);
    case offset::aiar: return acknowledge (cpu, GicRegisterSet::aliased);
    case offset::rpr:
        return state_.cpu (cpu).active_levels == 0 ? GicCpuState::idle_priority
                                                   : read_priority (state_.cpu (cpu).running_priority ());
    case offset::hppir:  return peek (cpu, GicRegisterSet::plain);
    case offset::ahppir: return peek (cpu, GicRegisterSet::aliased);
    case offset::abpr:   return behind_stub ? 0 : state_.cpu (cpu).aliased_point;
    case offset::apr0:
        // Non-secure software sees the lower half of the levels.
        return behind_stub ? state_.cpu (cpu).active_levels >> 16 : state_.cpu (cpu).active_levels;
    case offset::iidr: return gic400_interface_id;
    default:           return 0;
    }
}

void GicCpuInterface::write (const DeviceAccess &access, std::uint64_t value) {
    if (access.size != 4) { return; }
    const CpuIndex cpu     = access.cpu;
    const auto word        = static_cast<std::uint32_t> (value);
    const auto point       = static_cast<std::uint8_t> (value & 7);
    const bool behind_stub = state_.security () == GicSecurity::non_secure;
    auto &interface        = state_.cpu (cpu);
    switch (access.offset) {
    case offset::ctlr: write_control (cpu, word); break;
    case offset::pmr:  write_priority_mask (cpu, static_cast<std::uint8_t> (value)); break;
    case offset::bpr:
        (behind_stub ? interface.aliased_point : interface.binary_point) =
            std::max (point, behind_stub ? GicCpuState::lowest_aliased : GicCpuState::lowest_point);
        break;
    case offset::abpr:
        interface.aliased_point = behind_stub ? interface.aliased_point : std::max (point, GicCpuState::lowest_aliased);
        break;
    case offset::eoir:
    case offset::aeoir: end (cpu, word & GicCpuState::intid_mask); return;
    case offset::apr0:  interface.active_levels = behind_stub ? word << 16 : word; break;
    case offset::dir:
        if (interface.splits_end ()) { state_.deactivate (cpu, word & GicCpuState::intid_mask); }
        return;
    default: break;
    }
    state_.changed ();
}

auto GicCpuInterface::instead_of (CpuIndex cpu, const GicInterrupt &interrupt, GicRegisterSet set) const
    -> std::optional<std::uint32_t> {
    if (state_.security () == GicSecurity::absent) { return state_.cpu (cpu).instead_of (interrupt.group, set); }
    return set == GicRegisterSet::plain ? std::nullopt : std::optional{GicCpuState::spurious};
}

auto GicCpuInterface::peek (CpuIndex cpu, GicRegisterSet set) -> std::uint32_t {
    const auto best = state_.highest_pending (cpu);
    if (!best) { return GicCpuState::spurious; }
    const auto *interrupt = state_.interrupt (cpu, *best);
    if (const auto other = instead_of (cpu, *interrupt, set)) { return *other; }
    const auto source = static_cast<std::uint32_t> (std::countr_zero (interrupt->sgi_sources));
    return *best < GicState::sgis ? *best | source << GicCpuState::source_shift : *best;
}

auto GicCpuInterface::acknowledge (CpuIndex cpu, GicRegisterSet set) -> std::uint32_t {
    if (state_.output (cpu) == GicOutput::none) { return GicCpuState::spurious; }
    const std::uint32_t taken = peek (cpu, set);
    auto *interrupt           = state_.interrupt (cpu, taken & GicCpuState::intid_mask);
    if (interrupt == nullptr) { return taken; }
    interrupt->active      = true;
    interrupt->latched     = false;
    interrupt->sgi_sources = static_cast<std::uint8_t> (interrupt->sgi_sources & (interrupt->sgi_sources - 1));
    state_.cpu (cpu).raise (interrupt->priority, interrupt->group);
    state_.changed (cpu, taken & GicCpuState::intid_mask);
    return taken;
}

void GicCpuInterface::end (CpuIndex cpu, std::uint32_t intid) {
    if (state_.interrupt (cpu, intid) == nullptr) { return; }
    static_cast<void> (state_.cpu (cpu).drop ());
    if (!state_.cpu (cpu).splits_end ()) { state_.interrupt (cpu, intid)->active = false; }
    state_.changed (cpu, intid);
}

auto GicCpuInterface::read_control (CpuIndex cpu) -> std::uint32_t {
    const auto control = state_.cpu (cpu).control;
    if (state_.security () == GicSecurity::absent) { return control; }
    return (control & GicCpuState::enable_group1) >> 1 | (control & GicCpuState::eoi_mode);
}

void GicCpuInterface::write_control (CpuIndex cpu, std::uint32_t value) {
    const bool behind_stub = state_.security () == GicSecurity::non_secure;
    state_.cpu (cpu).control =
        behind_stub ? (value & 1) << 1 | (value & GicCpuState::eoi_mode) : value & GicCpuState::control_bits;
}

auto GicCpuInterface::read_priority (std::uint8_t priority) const -> std::uint32_t {
    if (state_.security () == GicSecurity::absent) { return priority; }
    return priority < lower_half ? 0 : (static_cast<std::uint32_t> (priority) << 1 & 0xff);
}

void GicCpuInterface::write_priority_mask (CpuIndex cpu, std::uint8_t value) {
    auto &mask = state_.cpu (cpu).priority_mask;
    if (state_.security () == GicSecurity::absent) {
        mask = value & GicCpuState::priority_bits;
    } else if (mask >= lower_half) {
        mask = static_cast<std::uint8_t> ((lower_half | value >> 1) & GicCpuState::priority_bits);
    }
}

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/gic400_cpu_interface.hpp"

#include <algorithm>
#include <bit>

namespace ravelin::sim {

namespace {
// Offsets of the registers. [IHI 0048B, table 4-2]
constexpr std::uint64_t gicc_ctlr  = 0x0000;
constexpr std::uint64_t gicc_pmr   = 0x0004;
constexpr std::uint64_t gicc_bpr   = 0x0008;
constexpr std::uint64_t gicc_iar   = 0x000c;
constexpr std::uint64_t gicc_eoir  = 0x0010;
constexpr std::uint64_t gicc_rpr   = 0x0014;
constexpr std::uint64_t gicc_hppir = 0x0018;
constexpr std::uint64_t gicc_abpr  = 0x001c;
constexpr std::uint64_t gicc_aiar  = 0x0020;
constexpr std::uint64_t gicc_aeoir = 0x0024;
constexpr std::uint64_t gicc_apr0  = 0x00d0;
constexpr std::uint64_t gicc_iidr  = 0x00fc;
constexpr std::uint64_t gicc_dir   = 0x1000;

constexpr std::uint32_t implementer  = 0x0202'143b;
constexpr std::uint32_t spurious     = 1023;  // nothing to take
constexpr std::uint32_t other_group  = 1022;  // something that this register doesn't give away
constexpr std::uint32_t intid_mask   = 0x3ff;
constexpr unsigned source_shift      = 10;    // GICC_IAR.CPUID
constexpr std::uint8_t lower_half    = 0x80;  // priorities of non-secure interrupts
constexpr std::uint32_t control_bits = GicState::enable_group0 | GicState::enable_group1 | GicState::ack_control |
                                       GicState::fiq_enable | GicState::eoi_mode;
}  // namespace

auto GicCpuInterface::read (const DeviceAccess &access) -> std::uint64_t {
    if (access.size != 4) { return 0; }
    const CpuIndex cpu     = access.cpu;
    const bool behind_stub = state_.security () == GicSecurity::non_secure;
    switch (access.offset) {
    case gicc_ctlr: return read_control (cpu);
    case gicc_pmr:  return read_priority (state_.cpu (cpu).priority_mask);
    case gicc_bpr:  return behind_stub ? state_.cpu (cpu).aliased_point : state_.cpu (cpu).binary_point;
    case gicc_iar:  return acknowledge (cpu, Register::plain);
    case gicc_aiar: return acknowledge (cpu, Register::aliased);
    case gicc_rpr:
        return state_.cpu (cpu).active_levels == 0 ? GicState::idle_priority
                                                   : read_priority (state_.running_priority (cpu));
    case gicc_hppir: return peek (cpu, Register::plain);
    case gicc_abpr:  return behind_stub ? 0 : state_.cpu (cpu).aliased_point;
    case gicc_apr0:
        // Non-secure software sees the lower half of the levels.
        return behind_stub ? state_.cpu (cpu).active_levels >> 16 : state_.cpu (cpu).active_levels;
    case gicc_iidr: return implementer;
    default:        return 0;
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
    case gicc_ctlr: write_control (cpu, word); break;
    case gicc_pmr:  write_priority_mask (cpu, static_cast<std::uint8_t> (value)); break;
    case gicc_bpr:
        (behind_stub ? interface.aliased_point : interface.binary_point) =
            std::max<std::uint8_t> (point, behind_stub ? 3 : 2);
        break;
    case gicc_abpr:
        interface.aliased_point = behind_stub ? interface.aliased_point : std::max<std::uint8_t> (point, 3);
        break;
    case gicc_eoir:
    case gicc_aeoir: end (cpu, word); break;
    case gicc_apr0:  interface.active_levels = behind_stub ? word << 16 : word; break;
    case gicc_dir:   deactivate (cpu, word & intid_mask); break;
    default:         break;
    }
    state_.changed ();
}

auto GicCpuInterface::gives_away (CpuIndex cpu, const GicInterrupt &interrupt, Register which) -> bool {
    if (state_.security () == GicSecurity::non_secure) { return which == Register::plain; }
    if (which == Register::aliased) { return interrupt.group == 1; }
    return interrupt.group == 0 || (state_.cpu (cpu).control & GicState::ack_control) != 0;
}

auto GicCpuInterface::peek (CpuIndex cpu, Register which) -> std::uint32_t {
    const auto best = state_.highest_pending (cpu);
    if (!best) { return spurious; }
    const auto *interrupt = state_.interrupt (cpu, *best);
    if (!gives_away (cpu, *interrupt, which)) { return other_group; }
    const auto source = static_cast<std::uint32_t> (std::countr_zero (interrupt->sgi_sources));
    return *best < GicState::sgis ? *best | source << source_shift : *best;
}

auto GicCpuInterface::acknowledge (CpuIndex cpu, Register which) -> std::uint32_t {
    if (state_.output (cpu) == GicOutput::none) { return spurious; }
    const std::uint32_t taken = peek (cpu, which);
    auto *interrupt           = state_.interrupt (cpu, taken & intid_mask);
    if (interrupt == nullptr) { return taken; }
    interrupt->active      = true;
    interrupt->latched     = false;
    interrupt->sgi_sources = static_cast<std::uint8_t> (interrupt->sgi_sources & (interrupt->sgi_sources - 1));
    state_.cpu (cpu).active_levels |= 1U << (state_.group_priority (cpu, *interrupt) >> 3);
    state_.changed ();
    return taken;
}

void GicCpuInterface::end (CpuIndex cpu, std::uint32_t value) {
    const std::uint32_t intid = value & intid_mask;
    if (state_.interrupt (cpu, intid) == nullptr) { return; }
    auto &interface = state_.cpu (cpu);
    interface.active_levels &= interface.active_levels - 1;
    if ((interface.control & GicState::eoi_mode) == 0) { state_.interrupt (cpu, intid)->active = false; }
}

void GicCpuInterface::deactivate (CpuIndex cpu, std::uint32_t intid) {
    auto *interrupt = state_.interrupt (cpu, intid);
    if (interrupt != nullptr && (state_.cpu (cpu).control & GicState::eoi_mode) != 0) { interrupt->active = false; }
}

auto GicCpuInterface::read_control (CpuIndex cpu) -> std::uint32_t {
    const auto control = state_.cpu (cpu).control;
    if (state_.security () == GicSecurity::absent) { return control; }
    return (control & GicState::enable_group1) >> 1 | (control & GicState::eoi_mode);
}

void GicCpuInterface::write_control (CpuIndex cpu, std::uint32_t value) {
    const bool behind_stub   = state_.security () == GicSecurity::non_secure;
    state_.cpu (cpu).control = behind_stub ? (value & 1) << 1 | (value & GicState::eoi_mode) : value & control_bits;
}

auto GicCpuInterface::read_priority (std::uint8_t priority) const -> std::uint32_t {
    if (state_.security () == GicSecurity::absent) { return priority; }
    return priority < lower_half ? 0 : (static_cast<std::uint32_t> (priority) << 1 & 0xff);
}

void GicCpuInterface::write_priority_mask (CpuIndex cpu, std::uint8_t value) {
    auto &mask = state_.cpu (cpu).priority_mask;
    if (state_.security () == GicSecurity::absent) {
        mask = value & GicState::priority_bits;
    } else if (mask >= lower_half) {
        mask = static_cast<std::uint8_t> ((lower_half | value >> 1) & GicState::priority_bits);
    }
}

}  // namespace ravelin::sim

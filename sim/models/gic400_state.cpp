// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/gic400_state.hpp"

#include <bit>

namespace ravelin::sim {

GicState::GicState (std::uint32_t cpus, std::uint32_t intids, GicSecurity security)
    : intids_{intids}, security_{security}, cpu_ (cpus), private_ (cpus * privates), shared_ (intids - privates) {
    const bool behind_stub = security == GicSecurity::non_secure;
    for (std::size_t i = 0; i < private_.size (); ++i) {
        private_[i].edge    = i % privates < sgis;
        private_[i].enabled = i % privates < sgis;  // [GICD_ISENABLER0: SGIs of a GIC-400 are always enabled]
        private_[i].group   = behind_stub ? 1 : 0;
    }
    for (auto &interrupt : shared_) {
        interrupt.group = behind_stub ? 1 : 0;
    }
    for (auto &interface : cpu_) {
        interface.priority_mask = behind_stub ? 0xff : 0;
        interface.binary_point  = 2;  // lowest that five bits of priority allow
        interface.aliased_point = 3;
    }
}

auto GicState::interrupt (CpuIndex cpu, std::uint32_t intid) -> GicInterrupt * {
    if (intid >= intids_) { return nullptr; }
    return intid < privates ? &private_[cpu.value () * privates + intid] : &shared_[intid - privates];
}

void GicState::set_line (CpuIndex cpu, std::uint32_t intid, bool level) {
    auto *interrupt = this->interrupt (cpu, intid);
    if (interrupt == nullptr || interrupt->line == level) { return; }
    interrupt->line    = level;
    interrupt->latched = interrupt->latched || (level && interrupt->edge);
    changed ();
}

auto GicState::is_candidate (CpuIndex cpu, std::uint32_t intid) -> bool {
    const GicInterrupt &interrupt = *this->interrupt (cpu, intid);
    const std::uint32_t enable    = interrupt.group == 0 ? enable_group0 : enable_group1;
    const bool targeted           = intid < privates || cpus () == 1 || (interrupt.targets >> cpu.value () & 1) != 0;

    return interrupt.pending () && !interrupt.active && interrupt.enabled && targeted && (control_ & enable) != 0 &&
           (this->cpu (cpu).control & enable) != 0;
}

auto GicState::highest_pending (CpuIndex cpu) -> std::optional<std::uint32_t> {
    // Of equal priorities the lower INTID goes first, as in a GIC-400.
    std::optional<std::uint32_t> best;
    std::uint32_t lowest = this->cpu (cpu).priority_mask;
    for (std::uint32_t intid = 0; intid < intids_; ++intid) {
        if (is_candidate (cpu, intid) && interrupt (cpu, intid)->priority < lowest) {
            best   = intid;
            lowest = interrupt (cpu, intid)->priority;
        }
    }
    return best;
}

auto GicState::find_output (CpuIndex cpu) -> GicOutput {
    const auto best = highest_pending (cpu);
    if (!best || group_priority (cpu, *interrupt (cpu, *best)) >= running_priority (cpu)) { return GicOutput::none; }
    const bool fiq = interrupt (cpu, *best)->group == 0 && (this->cpu (cpu).control & fiq_enable) != 0;
    return fiq ? GicOutput::fiq : GicOutput::irq;
}

auto GicState::output (CpuIndex cpu) -> GicOutput {
    if (!fresh_[cpu.value ()]) {
        output_[cpu.value ()] = find_output (cpu);
        fresh_[cpu.value ()]  = true;
    }
    return output_[cpu.value ()];
}

auto GicState::running_priority (CpuIndex cpu) const -> std::uint8_t {
    const auto levels = cpu_[cpu.value ()].active_levels;
    return levels == 0 ? idle_priority : static_cast<std::uint8_t> (std::countr_zero (levels) << 3);
}

auto GicState::group_priority (CpuIndex cpu, const GicInterrupt &interrupt) const -> std::uint8_t {
    const auto &interface = cpu_[cpu.value ()];
    // Group 1 has a binary point of its own, which counts from one bit further right.
    const unsigned dropped = interrupt.group == 0 ? interface.binary_point + 1U : interface.aliased_point;
    return static_cast<std::uint8_t> (interrupt.priority & 0xffU << dropped & priority_bits);
}

}  // namespace ravelin::sim

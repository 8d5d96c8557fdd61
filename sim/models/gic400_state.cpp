// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/gic400_state.hpp"

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
    if (intid < privates) {
        changed (cpu);
    } else {
        changed ();
    }
}

void GicState::deactivate (CpuIndex cpu, std::uint32_t intid) {
    auto *interrupt = this->interrupt (cpu, intid);
    if (interrupt == nullptr) { return; }
    interrupt->active = false;
    changed ();
}

auto GicState::find_signal (CpuIndex cpu) -> Signal {
    const GicCpuState &interface = this->cpu (cpu);
    const unsigned target        = cpus () == 1 ? 0 : 1U << cpu.value ();
    const GicInterrupt *best     = nullptr;
    std::uint32_t best_intid     = 0;
    std::uint32_t lowest         = interface.priority_mask;

    // Of equal priorities the lower INTID goes first, as in a GIC-400.
    const auto consider = [&] (const GicInterrupt &interrupt, std::uint32_t intid) {
        const std::uint32_t enable = GicCpuState::enable_of (interrupt.group);
        if (interrupt.pending () && !interrupt.active && interrupt.enabled && interrupt.priority < lowest &&
            (control_ & interface.control & enable) != 0) {
            best       = &interrupt;
            best_intid = intid;
            lowest     = interrupt.priority;
        }
    };
    const GicInterrupt *own = &private_[cpu.value () * privates];
    for (std::uint32_t intid = 0; intid < privates; ++intid) {
        consider (own[intid], intid);
    }
    for (std::uint32_t i = 0; i < shared_.size (); ++i) {
        if ((shared_[i].targets & target) == target) { consider (shared_[i], privates + i); }
    }
    if (best == nullptr) { return {}; }
    return {best_intid, interface.output_for (best->priority, best->group)};
}

}  // namespace ravelin::sim

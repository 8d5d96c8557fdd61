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
    changed (cpu, intid);
}

void GicState::deactivate (CpuIndex cpu, std::uint32_t intid) {
    auto *interrupt = this->interrupt (cpu, intid);
    if (interrupt == nullptr) { return; }
    interrupt->active = false;
    changed (cpu, intid);
}

void GicState::changed () {
    for (Signal &signal : signals_) {
        signal.fresh = signal.shared_fresh = false;
    }
}

void GicState::changed (CpuIndex cpu, std::uint32_t intid) {
    if (intid < privates) {
        signals_[cpu.value ()].fresh = false;
    } else {
        changed ();
    }
}

auto GicState::find_best (CpuIndex cpu, std::uint32_t first, std::uint32_t end) -> std::optional<std::uint32_t> {
    const GicCpuState &interface = this->cpu (cpu);
    const unsigned target        = cpus () == 1 || end <= privates ? 0 : 1U << cpu.value ();
    const GicInterrupt *all      = interrupt (cpu, first);
    std::optional<std::uint32_t> best;
    std::uint32_t lowest = interface.priority_mask;

    // Of equal priorities the lower INTID goes first, as in a GIC-400.
    for (std::uint32_t i = 0; i < end - first; ++i) {
        const GicInterrupt &interrupt = all[i];
        if (interrupt.pending () && !interrupt.active && interrupt.enabled && interrupt.priority < lowest &&
            (interrupt.targets & target) == target &&
            (control_ & interface.control & GicCpuState::enable_of (interrupt.group)) != 0) {
            best   = first + i;
            lowest = interrupt.priority;
        }
    }
    return best;
}

void GicState::refresh (Signal &signal, CpuIndex cpu) {
    if (!signal.shared_fresh) { signal.best_shared = find_best (cpu, privates, intids_); }
    const auto own      = find_best (cpu, 0, privates);
    const bool is_own   = own && (!signal.best_shared ||
                                interrupt (cpu, *own)->priority <= interrupt (cpu, *signal.best_shared)->priority);
    signal.best         = is_own ? own : signal.best_shared;
    const auto *best    = signal.best ? interrupt (cpu, *signal.best) : nullptr;
    signal.output       = best == nullptr ? GicOutput::none : this->cpu (cpu).output_for (best->priority, best->group);
    signal.fresh        = true;
    signal.shared_fresh = true;
}

}  // namespace ravelin::sim

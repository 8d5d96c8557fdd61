// SPDX-License-Identifier: BSD-2-Clause

// What EL2 asks of the machine around it, and tells it.
#include "sim/machine/dsb_option.hpp"
#include "sim/machine/stopped.hpp"
#include "sim/machine/violation.hpp"
#include "sim/replay/divergence.hpp"
#include "sim/replay/maintenance_encoding.hpp"
#include "sim/replay/replayer.hpp"

#include <algorithm>

namespace ravelin::sim::replay {

auto Replayer::smc (CpuIndex cpu, const hal::SmcRegisters &arguments) -> hal::SmcRegisters {
    Life &self = life (cpu.value ());
    hal::SmcRegisters sent{arguments};
    // Simulated code has no address.
    std::ranges::replace (sent, hal::Cpu::entry_point.value (), header_.entry.value ());
    rest (self, {.kind = Kind::call, .arguments = sent});
    if (turn (self).kind != Kind::answer) { throw Stopped{Stopped::What::cpu}; }
    return meet (self, {.kind = Kind::answer}).arguments;
}

void Replayer::wait_for_interrupt (CpuIndex cpu) {
    rest (life (cpu.value ()), {.kind = Kind::wait});
}

void Replayer::send_event (CpuIndex cpu) {
    meet (life (cpu.value ()), {.kind = Kind::send_event});
}

void Replayer::announce (CpuIndex index, Affinity affinity) {
    if (affinity.value () < lives_.size ()) { life (affinity.value ()).cpu.hal ().set_index (index); }
}

void Replayer::invalidate (CpuIndex cpu, const TlbInvalidation &what) {
    meet (life (cpu.value ()), {.kind = Kind::invalidate, .address = encoding_of (what), .value = argument_of (what)});
    tlbs_.invalidate (cpu, what);
}

void Replayer::invalidate_code (CpuIndex cpu, bool everywhere) {
    meet (life (cpu.value ()), {.kind = Kind::invalidate, .address = encoding_of_ic (everywhere)});
}

void Replayer::synchronize (CpuIndex cpu, hal::Dsb kind) {
    Life &self         = life (cpu.value ());
    const Event &event = turn (self);
    if (event.kind != Kind::barrier || event.value != option_of (kind)) {
        throw Divergence{in_both (event, "DSB with CRm " + hex (option_of (kind)))};
    }
    pass (self);
    let_others (self);
    tlbs_.order_stores (cpu);
    if (kind != hal::Dsb::ishst) { tlbs_.complete (cpu); }
}

void Replayer::stored (CpuIndex cpu, Pa pa, std::uint64_t old, std::uint64_t value) {
    exposed_.change (value);
    tlbs_.store (cpu, pa, old, value);
}

auto Replayer::translate_stage1 (CpuIndex cpu, Va va) -> std::uint64_t {
    return meet (life (cpu.value ()), {.kind = Kind::translate, .address = va.value ()}).value;
}

void Replayer::clean (CpuIndex cpu, PaRange range) {
    constexpr std::uint64_t line = 64;
    Life &self                   = life (cpu.value ());
    auto at                      = range.start.align_down (line).value ();
    const auto end               = range.end ().align_up (line).value ();
    // Neighbours are one event, though EL2 may have cleaned them one after another.
    while (at != end) {
        Event &event    = turn (self);
        auto &met       = event.arguments.front ();
        const bool next = event.kind == Kind::clean && event.address + met == at;
        if (!next) { throw Divergence{in_both (event, "DC CIVAC " + hex (at) + ", " + hex (end - at))}; }
        const auto part = std::min (event.value - met, end - at);
        at += part;
        met += part;
        if (met == event.value) { pass (self); }
    }
    self.is_announced = false;
    let_others (self);
}

auto Replayer::read_time (CpuIndex cpu, hal::SystemRegister which) -> std::uint64_t {
    return meet (life (cpu.value ()), {.kind = Kind::read, .address = encoding_of (which)}).value;
}

void Replayer::touched (CpuIndex cpu, PaRange range) {
    tlbs_.touch (cpu, range);
}

}  // namespace ravelin::sim::replay

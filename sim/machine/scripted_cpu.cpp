// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/scripted_cpu.hpp"

#include "sim/machine/machine.hpp"
#include "sim/machine/scripted_host.hpp"
#include "sim/machine/violation.hpp"

#include <stdexcept>
#include <utility>

namespace ravelin::sim {

using namespace hal::sysreg;

namespace {
// An operation stands for a stretch of code, not for one instruction.
constexpr std::uint64_t instructions_per_operation = 500;

// Break-before-make on another CPU is over sooner.
constexpr unsigned most_repeats = 10'000;
}  // namespace

ScriptedCpu::ScriptedCpu (Processor &cpu, Body body)
    : processor_{cpu}, mmu_{cpu.machine ().bus (), &cpu.machine ().tlb (cpu.index ())},
      timer_{cpu.machine ().clock (), cpu.machine ().timer (cpu.index ())},
      speculation_{cpu.machine ().options ().seed + cpu.index ().value ()}, body_{std::move (body)} {
    cpu.attach (*this);
}

auto ScriptedCpu::guest (WorldKey key, ScriptedGuest::Body body) -> ScriptedGuest & {
    auto &made = *own_guests_.emplace_back (std::make_unique<ScriptedGuest> (key, std::move (body)));
    guest (made);
    return made;
}

void ScriptedCpu::guest (ScriptedGuest &guest) {
    std::erase_if (guests_, [&] (const auto *other) { return other->key () == guest.key (); });
    guests_.push_back (&guest);
}

auto ScriptedCpu::irq_pending () -> bool {
    return processor_.machine ().gic ().irq_pending (processor_.index ());
}

void ScriptedCpu::start (Processor & /*cpu*/) {
    leave_world ();
    current_ = this;
    cpu_     = &processor_;
    begin_world ();
}

void ScriptedCpu::begin_world () {
    ScriptWorld &world = *current_;
    world.entry_       = processor_.hal ().read<elr_el2> ();
    world.context_     = processor_.registers ().x[0];
    world.pc_          = world.entry_;
    if (processor_.hal ().read<spsr_el2> () != scripted_host::el1h) {
        throw Violation{"EL2 starts " + world.name () + " with PSTATE " + hex (processor_.hal ().read<spsr_el2> ())};
    }
    processor_.hal ().write<vbar_el1> (scripted_host::vectors);
    world.script_    = world.begin ();
    world.awaiting_  = world.script_.handle ();
    world.operation_ = nullptr;
    world.begun_     = true;
}

auto ScriptedCpu::next_operation () -> Operation * {
    ScriptWorld &world = *current_;
    if (world.operation_ != nullptr) { return world.operation_; }
    if (!world.script_.done ()) { world.awaiting_.resume (); }
    if (world.script_.done ()) {
        world.script_.check ();
        // A guest that has nothing left to do sleeps; the host may have other guests.
        world.idle_ = {.kind = Operation::Kind::trapped, .value = scripted_host::wfi_syndrome};
        return &world == this ? nullptr : world.operation_ = &world.idle_;
    }
    if (world.operation_ == nullptr) { throw std::logic_error{"a script awaits what is no operation of its CPU"}; }
    return world.operation_;
}

auto ScriptedCpu::run (Processor &cpu, std::uint64_t instructions) -> Exit {
    for (std::uint64_t spent = 0; spent < instructions; spent += instructions_per_operation) {
        Operation *const operation = next_operation ();
        if (operation == nullptr) { return Exit::finished; }
        const After after = interrupt_is_el2s () ? interrupt () : perform (*operation);
        cpu.machine ().clock ().retire (instructions_per_operation);
        switch (after) {
        case After::elsewhere:  continue;
        case After::wait_again: return Exit::wait_for_interrupt;
        case After::repeat:
            if (++current_->repeats_ > most_repeats) {
                throw Violation{"EL2 lets " + current_->name () + " repeat an instruction for ever"};
            }
            continue;
        default: break;
        }
        current_->operation_ = nullptr;
        current_->pc_ += scripted_host::instruction_size;
        if (after != After::proceed) { return after == After::wait ? Exit::wait_for_interrupt : Exit::off; }
    }
    return Exit::slice_over;
}

}  // namespace ravelin::sim

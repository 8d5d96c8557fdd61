// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/cpu_fibers.hpp"

#include "sim/machine/machine.hpp"
#include "sim/machine/ravelin_image.hpp"
#include "sim/machine/stopped.hpp"
#include "sim/machine/violation.hpp"

#include <algorithm>
#include <exception>
#include <string>

namespace ravelin::sim {

namespace {
// A CPU that waits in a loop for another, in EL2, lets it run after so many operations.
constexpr std::uint64_t patience = 1000;

// More turns than any boot takes, in which no time passes: something in EL2 goes round for ever.
constexpr std::uint64_t most_turns_at_rest = 1'000'000;
}  // namespace

CpuFibers::CpuFibers (Machine &machine) : machine_{machine} {
    lives_.reserve (machine.cpus ());
    for (std::uint32_t i = 0; i < machine.cpus (); ++i) {
        Life &life = lives_.emplace_back (machine.cpu (i), nullptr);
        life.fiber = std::make_unique<Fiber> ([this, &life] { live (life); });
    }
}

void CpuFibers::live (Life &life) {
    Processor &cpu = life.cpu;
    while (!machine_.end_) {
        try {
            if (cpu.index () == CpuIndex{0} && !booted_) {
                boot (life);
            } else {
                wait (life, Wait::start);
                cpu.state_ = Processor::State::el2;
                enters (cpu, El2Witness::Way::arrival);
                machine_.hypervisor_.boot_secondary (cpu.hal_);
                machine_.hypervisor_.park (cpu.hal_, cpu.registers_);
                leaves (cpu);
            }
            while (cpu.state_ != Processor::State::off) {
                host (life);
            }
        } catch (const Stopped &) { cpu.state_ = Processor::State::off; }
    }
}

void CpuFibers::enters (Processor &cpu, El2Witness::Way way) {
    if (auto *witness = machine_.witness ()) { witness->enters (cpu, way, cpu.registers_); }
}

void CpuFibers::leaves (Processor &cpu) {
    if (auto *witness = machine_.witness ()) { witness->leaves (cpu, cpu.registers_); }
}

void CpuFibers::boot (Life &life) {
    life.cpu.state_ = Processor::State::el2;

    const Hypervisor::BootArguments arguments{.image       = machine_.map_.image,
                                              .pool        = machine_.parts_.pool,
                                              .firmware    = machine_.parts_.firmware,
                                              .device_tree = machine_.device_tree_};
    enters (life.cpu, El2Witness::Way::reset);
    booted_ = machine_.hypervisor_.boot (life.cpu.hal_, life.cpu.registers_, arguments);
    if (!*booted_) {
        life.cpu.state_ = Processor::State::stopped;
        if (auto *witness = machine_.witness ()) { witness->pauses (life.cpu, El2Witness::Pause::fail); }
        wait (life, Wait::for_ever);
    }
    leaves (life.cpu);
}

void CpuFibers::host (Life &life) {
    Processor &cpu = life.cpu;
    cpu.state_     = Processor::State::host;
    if (cpu.tracer_ != nullptr) { cpu.tracer_->leaving (cpu, cpu.registers_); }
    wait (life, Wait::engine);
    if (cpu.state_ == Processor::State::host) { cpu.engine_->start (cpu); }
    while (cpu.state_ == Processor::State::host) {
        const std::uint64_t slice = machine_.options_.slice;
        switch (cpu.engine_->run (cpu, slice / 2 + machine_.random_.below (slice + 1) + 1)) {
        case Engine::Exit::slice_over: wait (life, Wait::engine); break;
        case Engine::Exit::wait_for_interrupt:
            life.in_host_wait = true;
            wait (life, Wait::interrupt);
            life.in_host_wait = false;
            break;
        case Engine::Exit::off:      break;
        case Engine::Exit::finished: wait (life, Wait::for_ever); break;
        }
    }
    if (cpu.state_ == Processor::State::el2) {
        if (auto *witness = machine_.witness ()) { witness->goes_on (cpu); }
        machine_.hypervisor_.park (cpu.hal_, cpu.registers_);
        leaves (cpu);
    }
}

void CpuFibers::wait (Life &life, Wait what) {
    life.wait = what;
    life.fiber->suspend ();
    if (machine_.end_) { throw Stopped{Stopped::What::machine}; }
}

void CpuFibers::wait_for_interrupt () {
    wait (*current_, Wait::interrupt);
}

void CpuFibers::reached (Moment /*what*/) {
    // A CPU whose trap has ended in a Violation only gives back what it held.
    if (current_ == nullptr || std::uncaught_exceptions () != 0) { return; }
    const auto one_in = machine_.options_.preemption;
    const bool chosen = one_in != 0 && machine_.random_.below (one_in) == 0;
    // A witness follows one CPU at a time.
    if (chosen || (++points_ > patience && machine_.witness () == nullptr)) { wait (*current_, Wait::nothing); }
}

auto CpuFibers::may_run (Life &life) -> bool {
    if (life.fiber->finished ()) { return false; }
    const CpuIndex index = life.cpu.index ();
    switch (life.wait) {
    case Wait::nothing: return true;
    case Wait::start:   return machine_.firmware_->take_start (index);
    case Wait::interrupt:
        // EL2 has no virtual interrupts.
        return life.in_host_wait ? life.cpu.wakes () : machine_.is_woken (index);
    case Wait::engine:
        return life.cpu.state_ != Processor::State::host || (life.cpu.engine_ != nullptr && engines_ == Engines::run);
    case Wait::for_ever: return false;
    }
    return false;
}

void CpuFibers::step (Life &life) {
    /// Says that @p life runs for as long as it does, whatever comes out of it.
    struct Turn {
        CpuFibers &fibers;

        Turn (CpuFibers &all, Life &life) : fibers{all} {
            fibers.current_ = &life;
            fibers.points_  = 0;
            current         = &all;
        }
        Turn (const Turn &)                     = delete;
        auto operator= (const Turn &) -> Turn & = delete;
        ~Turn () {
            fibers.current_ = nullptr;
            current         = nullptr;
        }
    };

    const Turn turn{*this, life};
    life.wait = Wait::nothing;
    life.fiber->resume ();
}

auto CpuFibers::step_all (Ticks moment) -> bool {
    bool any = false;
    for (Life &life : lives_) {
        if (machine_.end_ || paused_ || machine_.clock_.now () >= moment) { return true; }
        // A host that waits for an interrupt stays there while engines are held.
        const bool held = engines_ == Engines::hold && life.in_host_wait;
        if (!held && may_run (life)) {
            step (life);
            any = true;
        }
    }
    return any;
}

auto CpuFibers::at_rest () const -> Outcome {
    if (booted_ && !*booted_) { return Outcome::boot_failed; }
    const bool waits = std::ranges::any_of (lives_, [] (const Life &life) { return life.in_host_wait; });
    return waits ? Outcome::asleep : Outcome::finished;
}

auto CpuFibers::run (Ticks moment, Engines engines) -> Outcome {
    engines_                 = engines;
    paused_                  = false;
    std::uint64_t idle_turns = 0;
    Ticks last               = machine_.clock_.now ();
    while (true) {
        if (machine_.end_) { return *machine_.end_; }
        if (paused_ || machine_.clock_.now () >= moment) { return Outcome::time_over; }
        idle_turns = machine_.clock_.now () == last ? idle_turns + 1 : 0;
        last       = machine_.clock_.now ();
        if (idle_turns > most_turns_at_rest) { throw Violation{"EL2 never comes to rest"}; }
        if (step_all (moment)) { continue; }
        const Ticks deadline = machine_.clock_.deadline ();
        if (engines == Engines::hold || deadline == never) { return at_rest (); }
        machine_.clock_.advance_to (std::min (deadline, moment));
    }
}

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/replayer.hpp"

#include "sim/machine/ravelin_image.hpp"
#include "sim/machine/stopped.hpp"
#include "sim/machine/violation.hpp"
#include "sim/replay/divergence.hpp"
#include "sim/replay/record/encoding.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <utility>

namespace ravelin::sim::replay {

namespace {
[[nodiscard]] auto board_of (const Header &header) -> BoardName {
    if (header.board == "virt") { return BoardName::virt; }
    if (header.board == "raspi4b") { return BoardName::pi4b; }
    throw Damaged{"there is no board " + header.board};
}

constexpr const char *shared_access = "an access to what CPUs share";

/// Whether Preemption::point() comes before the simulator does such a thing.
[[nodiscard]] auto is_announced (Kind kind) -> bool {
    switch (kind) {
    case Kind::end:
    case Kind::wait:
    case Kind::send_event:
    case Kind::read:
    case Kind::translate:  return false;
    default:               return true;
    }
}

[[nodiscard]] auto is_last (const Event &event) -> bool {
    return event.kind == Kind::finished;
}

/// Whether @p event is what the simulator does: what an answer is, only the record knows.
[[nodiscard]] auto is_same (const Event &event, const Event &simulated) -> bool {
    const bool has_answer = event.kind == Kind::mmio_read || event.kind == Kind::translate || event.kind == Kind::read;
    return event.kind == simulated.kind && event.address == simulated.address &&
           (has_answer || event.value == simulated.value) &&
           (event.kind == Kind::answer || event.arguments == simulated.arguments);
}
}  // namespace

Replayer::Replayer (Tape &tape)
    : tape_{tape}, header_{tape.header ()}, map_{BoardMap::of (board_of (header_))}, clock_{map_.counter_frequency},
      memory_{bus_}, exposed_{bus_}, tlbs_{static_cast<std::uint32_t> (header_.cpus)}, stored_{bus_} {
    if (header_.cpus == 0 || header_.cpus > max_cpus) { throw Damaged{"a machine has 1 to 8 CPUs"}; }
    for (const PaRange &range : map_.ram (header_.memory)) {
        bus_.add_ram (range);
    }
    for (const PaRange &range : {map_.distributor, map_.cpu_interface, map_.virtual_control, map_.pl011, map_.mini_uart,
                                 map_.power_management}) {
        if (range.size == 0) { continue; }
        const auto read = [this] (CpuIndex cpu, Pa pa) {
            return meet (life (cpu.value ()), {.kind = Kind::mmio_read, .address = pa.value ()}).value;
        };
        const auto write = [this] (CpuIndex cpu, Pa pa, std::uint64_t value) {
            meet (life (cpu.value ()), {.kind = Kind::mmio_write, .address = pa.value (), .value = value});
        };
        devices_.push_back (std::make_unique<RecordedDevice> (range.start, read, write));
        bus_.add_device (range, *devices_.back ());
    }
    memory_.keep_in (&stored_.log ());
    reset ();
    if (!memory_.reach ({header_.image, RavelinImage::own_size}, hal::Reach::memory)) {
        throw std::logic_error{"Ravelin's own memory is reached before it has run"};
    }
}

Replayer::~Replayer () = default;

void Replayer::add_cpu (std::uint32_t index) {
    timers_.push_back (std::make_unique<GenericTimer> (clock_));
    const hal::Cpu::Wiring wiring{
        clock_, *timers_.back (), memory_, *this, bus_, exposed_, {header_.image, RavelinImage::own_size}};
    auto &life = *lives_.emplace_back (std::make_unique<Life> (CpuIndex{index}, wiring));
    life.fiber = std::make_unique<Fiber> ([this, &life] { live (life); });
}

auto Replayer::life (std::size_t cpu) -> Life & {
    if (cpu >= lives_.size ()) { throw Damaged{"there is no CPU " + std::to_string (cpu)}; }
    return *lives_[cpu];
}

void Replayer::live (Life &life) {
    while (true) {
        try {
            if (!life.is_gone) { replay_trap (life); }
        } catch (const Stopped &) {
            // The record has it that this never comes back.
            life.is_gone = false;
        }
        life.in_trap = life.is_gone = life.is_at_rest = false;
        life.fiber->suspend ();
    }
}

void Replayer::boot (Life &life) {
    const Registers &x = life.cpu.x ();
    const auto done    = hypervisor_.boot (
        life.cpu.hal (), life.cpu.x (),
        {.image = Pa{x.x[0]}, .pool = header_.pool, .firmware = header_.firmware, .device_tree = Pa{x.x[1]}});
    if (!done) { throw Divergence{std::string{"boot fails: "} + std::string{done.error ().what}}; }
}

void Replayer::replay_trap (Life &life) {
    switch (life.cause) {
    case Cause::boot: boot (life); break;
    case Cause::arrival:
        hypervisor_.boot_secondary (life.cpu.hal ());
        hypervisor_.park (life.cpu.hal (), life.cpu.x ());
        break;
    default: life.cpu.take (hypervisor_, life.cause);
    }
    const auto end = accept (life, {.kind = Kind::end});
    life.cpu.learn (end.registers);
    life.cpu.compare ();
}

/// Nothing is as it was but memory.
void Replayer::reset () {
    last_ = nullptr;
    lives_.clear ();
    timers_.clear ();
    for (std::uint32_t i = 0; i < header_.cpus; ++i) {
        add_cpu (i);
    }
    hypervisor_ = {};
    tlbs_       = TlbSystem{static_cast<std::uint32_t> (header_.cpus)};
}

void Replayer::leave_for_good (Life &life) {
    if (!life.in_trap) { return; }
    life.is_gone = true;
    run (life);
}

void Replayer::begin (Life &life, const Event &event) {
    leave_for_good (life);
    life.in_trap = true;
    life.cause   = event.cause;
    life.met.clear ();
    life.cpu.learn (event.registers);
    life.cpu.set ();
    ++progress_.by_cause.at (static_cast<std::size_t> (event.cause));
    const auto &recorded = life.cpu.recorded ();
    life.begun           = to_text (event.cause, recorded[number_of (hal::sysreg::esr_el2)]);
    life.begun += ", X0 " + hex (recorded[0]) + ", from " + hex (recorded[number_of (hal::sysreg::elr_el2)]);
    life.begun = "trap " + std::to_string (++progress_.traps) + " on CPU " + std::to_string (event.cpu) + " (" +
                 life.begun + ")";
}

void Replayer::run (Life &life) {
    /// Says that @p life runs for as long as it does, whatever comes out of it.
    struct Turn {
        Replayer &replayer;

        Turn (Replayer &all, Life &life) : replayer{all} {
            replayer.current_   = &life;
            replayer.last_      = &life;
            Preemption::current = &all;
        }
        Turn (const Turn &)                     = delete;
        auto operator= (const Turn &) -> Turn & = delete;
        ~Turn () {
            replayer.current_   = nullptr;
            Preemption::current = nullptr;
        }
    };

    const Turn turn{*this, life};
    life.fiber->resume ();
}

auto Replayer::advance () -> bool {
    take_in ();
    if (tape_.is_over ()) { return false; }
    const Event event = tape_.head ();
    if (event.kind == Kind::begin && event.cause == Cause::boot) { reset (); }
    Life &next = life (event.cpu);
    if (event.kind == Kind::begin) {
        // It goes on with the first event that is its own: what others do before that, it sees.
        begin (next, event);
        tape_.advance ();
        return true;
    }
    if (!next.in_trap) {
        throw Damaged{"CPU " + std::to_string (event.cpu) + " isn't in EL2, but is said to do: " + to_text (event)};
    }
    const auto before = tape_.passed ();
    run (next);
    if (tape_.passed () == before && next.in_trap) { throw std::logic_error{"the replay doesn't get on"}; }
    check_memory ();
    return true;
}

void Replayer::check_memory () {
    const bool at_rest =
        std::ranges::none_of (lives_, [] (const auto &each) { return each->in_trap && !each->is_at_rest; });
    if (at_rest) { stored_.check (); }
}

auto Replayer::progress () const -> Progress {
    Progress now = progress_;
    now.events   = tape_.passed ();
    return now;
}

auto Replayer::where () -> std::string {
    if (last_ == nullptr) { return "before the first trap"; }
    return last_->begun + ", event " + std::to_string (tape_.passed ());
}

auto Replayer::last_events () const -> std::vector<std::string> {
    std::vector<std::string> lines;
    if (last_ != nullptr) {
        std::ranges::transform (last_->met, std::back_inserter (lines),
                                [] (const Event &each) { return to_text (each); });
    }
    return lines;
}

void Replayer::expect_stored (const Event &event) {
    std::uint64_t word = 0;
    if (event.bytes.size () == sizeof word) { std::memcpy (&word, event.bytes.data (), sizeof word); }
    if (word != header_.entry.value ()) {
        stored_.put (event.address, event.bytes);
        return;
    }
    // A core that spins is told where Ravelin is: simulated code has no address.
    const auto here = hal::Cpu::entry_point.value ();
    stored_.put (event.address, std::as_bytes (std::span{&here, 1}));
}

auto Replayer::take_in (const Event &event) -> bool {
    switch (event.kind) {
    case Kind::nothing:   return true;
    case Kind::fp_before: life (event.cpu).cpu.set_fp (event.bytes); return true;
    case Kind::fp_after:  life (event.cpu).cpu.expect_fp (event.bytes); return true;
    case Kind::store:     expect_stored (event); return true;
    case Kind::memory:    {
        const auto *ram = bus_.find_ram ({Pa{event.address}, event.bytes.size ()});
        if (ram == nullptr) { throw Damaged{"there is no RAM at " + hex (event.address)}; }
        std::memcpy (ram->at (Pa{event.address}), event.bytes.data (), event.bytes.size ());
        stored_.put (event.address, event.bytes);
        return true;
    }
    default: return false;
    }
}

void Replayer::take_in () {
    while (take_in (tape_.head ())) {
        tape_.advance ();
    }
}

void Replayer::foresee (Life &life) {
    for (std::size_t i = 0; !is_last (tape_.head (i)); ++i) {
        Event &event = tape_.head (i);
        if (&this->life (event.cpu) != &life) { continue; }
        // What QEMU's stores were is for later: the simulator's are only compared.
        if (event.kind == Kind::store) { continue; }
        if (!take_in (event)) { return; }
        event = {.kind = Kind::nothing, .cpu = event.cpu};
    }
}

void Replayer::let_others (Life &life) {
    if (!tape_.is_over ()) { static_cast<void> (turn (life)); }
}

auto Replayer::turn (Life &life) -> Event & {
    while (true) {
        if (life.is_gone) { throw Stopped{Stopped::What::cpu}; }
        take_in ();
        // What is on its way when the record ends has no end.
        if (tape_.is_over ()) { throw Stopped{Stopped::What::machine}; }
        if (&this->life (tape_.head ().cpu) == &life) { return tape_.head (); }
        life.fiber->suspend ();
    }
}

void Replayer::pass (Life &life) {
    constexpr std::size_t most_kept = 8;
    life.is_announced               = false;
    life.met.push_back (tape_.head ());
    if (life.met.size () > most_kept) { life.met.pop_front (); }
    tape_.advance ();
    take_in ();
}

auto Replayer::accept (Life &life, const Event &expected) -> Event {
    const Event event = turn (life);
    if (life.is_announced && !is_announced (event.kind)) { throw Divergence{in_both (event, shared_access)}; }
    if (!is_same (event, expected)) { throw Divergence{in_both (event, to_text (expected))}; }
    pass (life);
    return event;
}

auto Replayer::meet (Life &life, const Event &expected) -> Event {
    Event met = accept (life, expected);
    let_others (life);
    return met;
}

void Replayer::rest (Life &life, const Event &expected) {
    static_cast<void> (accept (life, expected));
    life.is_at_rest = true;
    let_others (life);
    life.is_at_rest = false;
}

void Replayer::reached (Moment what) {
    // Loads and stores are in the record where they were, and not announced.
    if (what == Moment::memory) { return; }
    if (current_ == nullptr || std::uncaught_exceptions () != 0) { return; }
    Life &life   = current ();
    Event &event = turn (life);
    if (life.is_announced) { throw Divergence{in_both (event, shared_access)}; }
    switch (event.kind) {
    case Kind::shared_load:
    case Kind::shared_store:
    case Kind::shared_exchange:
    case Kind::relax:
        pass (life);
        foresee (life);
        break;
    default: life.is_announced = true;
    }
}

}  // namespace ravelin::sim::replay

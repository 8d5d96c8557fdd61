// SPDX-License-Identifier: BSD-2-Clause
#include "sim/race/turns.hpp"

#include "hyp/hal/hal.hpp"
#include "sim/machine/thread_sanitizer.hpp"
#include "sim/machine/violation.hpp"

#include <cstring>
#include <utility>

namespace ravelin::sim::race {

namespace {
// More than the longest traps take together.
constexpr std::uint64_t most_moments = 200'000;
}  // namespace

Turns::Turns (unsigned cpus) : lives_ (cpus) {
    for (Life &life : lives_) {
        life.lane = std::make_unique<Lane> ([this, &life] { live (life); });
    }
}

void Turns::live (Life &life) {
    current = this;
    while (true) {
        thread_sanitizer::acquire (&moments_);
        try {
            const auto data_races = thread_sanitizer::data_races ();
            const thread_sanitizer::Unwatched simulator;
            life.job ();
            if (thread_sanitizer::data_races () != data_races) {
                throw Violation{"a data race, which ThreadSanitizer reports (preset races)"};
            }
            life.ends = true;
            if (life.has_late ()) { life.lane->suspend (); }
        } catch (const std::exception &) {
            note_thrown ();
            life.stores.clear ();
            life.writes.clear ();
        }
        life.ends     = false;
        life.done     = true;
        life.span.end = ++events_;
        thread_sanitizer::release (&life);
        life.lane->suspend ();
    }
}

void Turns::note_thrown () {
    if (!thrown_) { thrown_ = std::current_exception (); }
}

auto Turns::keeps (const LateStore &store) -> bool {
    // A CPU whose trap has ended in a Violation only gives back what it held.
    if (std::uncaught_exceptions () != 0) { return false; }
    lives_[current_].stores.push_back (store);
    return true;
}

auto Turns::keeps (const LateWrite &write) -> bool {
    if (std::uncaught_exceptions () != 0) { return false; }
    lives_[current_].writes.push_back (write);
    return true;
}

auto Turns::sleeps (hal::Cpu &cpu) -> bool {
    while (!cpu.is_woken ()) {
        go_on (true);
    }
    return true;
}

void Turns::show_store (Life &life) {
    const LateStore store = life.stores.front ();
    life.stores.pop_front ();
    std::memcpy (store.word, &store.value, store.size);
}

void Turns::show_write (Life &life) {
    const LateWrite write = life.writes.front ();
    life.writes.pop_front ();
    write.cpu->write_now (write.pa, write.value);
}

void Turns::show_all (Life &life, Ordered what) {
    while (what != Ordered::writes && !life.stores.empty ()) {
        show_store (life);
    }
    while (what != Ordered::stores && !life.writes.empty ()) {
        show_write (life);
    }
}

auto Turns::ready () const -> std::uint32_t {
    const auto cpus     = lives_.size ();
    std::uint32_t ready = 0;
    for (std::size_t i = 0; i < cpus; ++i) {
        const Life &life = lives_[i];
        const bool runs  = !life.done && !(life.ends && life.has_late ());
        ready |= (runs ? 1U : 0U) << i | (life.stores.empty () ? 0U : 1U) << (cpus + i) |
                 (life.writes.empty () ? 0U : 1U) << (2 * cpus + i);
    }
    return ready;
}

auto Turns::choose (bool waits) -> unsigned {
    while (true) {
        const unsigned who = chooser_->choose (ready (), current_, waits);
        schedule_.add (who);
        if (who < lives_.size ()) { return who; }
        Life &life = lives_[who % lives_.size ()];
        try {
            (who < 2 * lives_.size () ? show_store : show_write) (life);
        } catch (const std::exception &) { note_thrown (); }
        waits = false;
    }
}

void Turns::go_on (bool waits) {
    if (std::uncaught_exceptions () != 0) { return; }
    ++events_;
    if (++moments_ > most_moments) { throw Violation{"traps at the same time never come to an end"}; }
    next_ = choose (waits);
    if (next_ != current_) { lives_[current_].lane->suspend (); }
}

void Turns::run (std::span<const std::function<void ()>> jobs, Chooser &chooser) {
    /// Says that CPUs take turns, for as long as they do.
    struct Race {
        explicit Race (Turns &turns) { current = &turns; }
        Race (const Race &)                     = delete;
        auto operator= (const Race &) -> Race & = delete;
        ~Race () { current = nullptr; }
    };

    for (std::size_t i = 0; i < lives_.size (); ++i) {
        lives_[i].job   = i < jobs.size () ? jobs[i] : nullptr;
        lives_[i].done  = !lives_[i].job;
        lives_[i].begun = false;
    }
    chooser_  = &chooser;
    schedule_ = {};
    thrown_   = nullptr;
    current_  = 0;
    moments_  = 0;
    events_   = 0;
    const Race race{*this};
    // What came before comes before all that CPUs do, and that before what comes then; and nothing orders them.
    thread_sanitizer::release (&moments_);
    {
        const thread_sanitizer::Unwatched simulator;
        if (ready () != 0) { next_ = choose (false); }
        while (ready () != 0) {
            if (when_changed_) { when_changed_ (); }
            current_   = next_;
            Life &life = lives_[current_];
            if (!std::exchange (life.begun, true)) { life.span.begin = ++events_; }
            life.lane->resume ();
            if ((life.done || life.ends) && ready () != 0) { next_ = choose (false); }
        }
    }
    for (const Life &life : lives_) {
        thread_sanitizer::acquire (&life);
    }
    if (thrown_) { std::rethrow_exception (std::exchange (thrown_, nullptr)); }
}

}  // namespace ravelin::sim::race

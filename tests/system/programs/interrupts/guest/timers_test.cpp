// SPDX-License-Identifier: BSD-2-Clause
#include "tests.hpp"
#include "timers.hpp"

#include <array>

using namespace el1;
using namespace el1::gic;

// The timers of EL1: their interrupt is a level, which is there as long as its condition holds.

namespace interrupts {

namespace {
constexpr std::uint64_t all_to_go = 0xffff'ffff;

/// What on_timer() does before it ends the interrupt.
using Answer = void (*) (const Timer &timer);

/// Of each CPU.
struct Answering {
    Answer answer;
    bool was_early;
};

constinit std::array<Answering, EL1_MAX_CPUS> answering{};

void stop (const Timer &timer) {
    timer.stop ();
}

/// Moves the compare value, and nothing else.
void move (const Timer &timer) {
    timer.set_compare (Timer::never);
}

/// Masks the interrupt, and nothing else.
void mask (const Timer &timer) {
    timer.set_control (Timer::enable | Timer::imask);
}

/// Does nothing but the third time.
void move_at_third (const Timer &timer) {
    if (log_of (this_cpu ()).count () == 3) { move (timer); }
}

void on_timer () {
    const auto acknowledged = interface (gicc_iar);
    Answering &self         = answering.at (this_cpu ());
    log_of (this_cpu ()).add (acknowledged);
    for (const Timer *timer : timers) {
        if (timer->intid == acknowledged) {
            self.was_early |= timer->count () < timer->compare ();
            self.answer (*timer);
        }
    }
    set_interface (gicc_eoir, acknowledged);
}

void prepare (const Timer &timer, Answer answer) {
    fresh_gic ();
    answering.at (this_cpu ()) = {.answer = answer, .was_early = false};
    enable (timer.intid);
}

void fires (const Timer &timer) {
    constexpr unsigned rounds = 20;
    Test test{"a timer fires once at its time, and never early", timer.name};
    prepare (timer, stop);
    const Taking taking{on_timer};
    for (unsigned round = 0; round < rounds; ++round) {
        test.about ("round", round);
        const auto when = timer.count () + ticks_of (round) / 4;
        timer.start (when);
        static_cast<void> (wait_until (patience, [&] { return log_of (0).count () > round; }));
        test.equal ("how often it fired", log_of (0).count (), round + 1);
        test.expect ("its time had come", timer.count () >= when && !answering[0].was_early);
    }
    settle ();
    test.equal ("how often it fired in the end", log_of (0).count_of (timer.intid), rounds);
}

void ticks_to_go (const Timer &timer) {
    Test test{"TVAL counts down to CVAL, and on", timer.name};
    prepare (timer, mask);
    const Taking taking{on_timer};
    const auto wanted = ticks_of (5);
    const auto before = timer.count ();
    timer.set_to_go (wanted);
    const auto when  = timer.compare ();
    const auto after = timer.count ();
    test.expect ("CVAL is the count and what TVAL was set to", when >= before + wanted && when <= after + wanted);
    timer.set_control (Timer::enable);
    const auto most  = when - timer.count ();
    const auto left  = timer.to_go ();
    const auto least = when - timer.count ();
    test.expect ("TVAL is what is left", (most - left & all_to_go) <= most - least);
    expect_log (test, 0, {timer.intid});
    test.expect ("it wasn't early", timer.count () >= when && !answering[0].was_early);
    test.expect ("TVAL goes on below zero", (timer.to_go () >> 31) == 1);
    timer.set_to_go (-1ULL & all_to_go);
    test.expect ("a negative TVAL is in the past", timer.compare () < timer.count ());
    timer.set_control (Timer::enable);
    expect_log (test, 0, {timer.intid, timer.intid});
    timer.stop ();
}

void stays_while_it_holds (const Timer &timer) {
    Test test{"the interrupt comes again as long as its condition holds, until CVAL alone moves", timer.name};
    prepare (timer, move_at_third);
    const Taking taking{on_timer};
    timer.start (timer.count ());
    expect_log (test, 0, {timer.intid, timer.intid, timer.intid});
    test.equal ("its control", timer.control (), Timer::enable);
    answering[0].answer = move;
    timer.set_compare (0);
    expect_log (test, 0, {timer.intid, timer.intid, timer.intid, timer.intid});
    timer.stop ();
}

void masked (const Timer &timer) {
    Test test{"the interrupt goes when IMASK alone is set, and comes back when it is cleared", timer.name};
    prepare (timer, mask);
    const Taking taking{on_timer};
    timer.start (timer.count ());
    expect_log (test, 0, {timer.intid});
    test.equal ("its control", timer.control (), Timer::enable | Timer::imask | Timer::istatus);
    timer.set_control (Timer::enable);
    expect_log (test, 0, {timer.intid, timer.intid});
    timer.stop ();
    test.equal ("its control when stopped", timer.control () & Timer::enable, 0);
}

void pending_follows (const Timer &timer) {
    Test test{"the interrupt is pending while the condition holds, and not a moment longer", timer.name};
    prepare (timer, stop);
    disable (timer.intid);
    timer.start (timer.count () + ticks_of (1));
    test.expect ("it is pending at last", wait_until (patience, [&] { return is_pending (timer.intid); }));
    test.expect ("the condition holds", (timer.control () & Timer::istatus) != 0);
    clear_pending (timer.intid);
    test.expect ("ICPENDR can't clear a wire", is_pending (timer.intid));
    timer.set_compare (Timer::never);
    test.expect ("it isn't when CVAL has moved", !is_pending (timer.intid));
    timer.set_compare (0);
    test.expect ("it is again", is_pending (timer.intid));
    mask (timer);
    test.expect ("it isn't when masked", !is_pending (timer.intid));
    timer.set_control (Timer::enable);
    test.expect ("it is when unmasked", is_pending (timer.intid));
    enable (timer.intid);
    test.expect ("it is when enabled", is_pending (timer.intid));
    test.equal ("the highest pending one", pending_at_last (timer.intid), timer.intid);
    timer.set_compare (Timer::never);
    test.expect ("it isn't when CVAL has moved then", !is_pending (timer.intid));
    const Taking taking{on_timer};
    expect_log (test, 0, {});
    timer.stop ();
}

void active_and_pending (const Timer &timer) {
    Test test{"while its interrupt is active a timer makes it pending as well", timer.name};
    prepare (timer, stop);
    timer.start (timer.count ());
    test.expect ("it comes", wait_until (patience, [&] { return interface (gicc_hppir) == timer.intid; }));
    test.equal ("what is acknowledged", acknowledge (), timer.intid);
    test.expect ("it is active, and pending", is_active (timer.intid) && is_pending (timer.intid));
    timer.set_compare (Timer::never);
    test.expect ("it is only active when CVAL has moved", is_active (timer.intid) && !is_pending (timer.intid));
    set_interface (gicc_eoir, timer.intid);
    test.equal ("nothing comes", acknowledge_none (), spurious);
    test.expect ("it isn't active any more", !is_active (timer.intid));
    timer.start (timer.count ());
    test.expect ("it comes again", wait_until (patience, [&] { return interface (gicc_hppir) == timer.intid; }));
    test.equal ("what is acknowledged then", acknowledge (), timer.intid);
    set_interface (gicc_eoir, timer.intid);
    test.expect ("it comes yet again", wait_until (patience, [&] { return interface (gicc_hppir) == timer.intid; }));
    timer.stop ();
}

/// On each CPU both timers fire again and again.
void all_at_once (Cpus &cpus) {
    constexpr unsigned rounds = 40;
    Test test{"both timers of all CPUs fire at once, none is lost or early"};
    fresh_gic ();
    std::array<bool, cpu_count> good{};
    cpus.all ([&] {
        const unsigned self = this_cpu ();
        fresh_interface ();
        answering.at (self) = {.answer = stop, .was_early = false};
        for (const Timer *timer : timers) {
            enable (timer->intid);
        }
        const Taking taking{on_timer};
        const Log &log = log_of (self);
        bool came      = true;
        for (unsigned round = 1; round <= rounds; ++round) {
            for (const Timer *timer : timers) {
                timer->start (timer->count () + ticks_of (1));
            }
            came &= wait_until (patience, [&] { return log.count () >= 2 * round; });
        }
        good.at (self) = came && !answering.at (self).was_early && log.count () == 2 * rounds &&
                         log.count_of (virtual_timer.intid) == rounds && log.count_of (physical_timer.intid) == rounds;
    });
    for (unsigned cpu = 0; cpu < cpu_count; ++cpu) {
        test.about ("CPU", cpu);
        test.expect ("each timer fired as often as it was set, and not early", good.at (cpu));
    }
}
}  // namespace

void test_timers (Cpus &cpus) {
    for (const Timer *timer : timers) {
        fires (*timer);
        ticks_to_go (*timer);
        stays_while_it_holds (*timer);
        masked (*timer);
        pending_follows (*timer);
        active_and_pending (*timer);
    }
    all_at_once (cpus);
}

}  // namespace interrupts

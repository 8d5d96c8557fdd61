// SPDX-License-Identifier: BSD-2-Clause
#include "call.hpp"
#include "hyp/abi/psci.h"
#include "tests.hpp"
#include "timers.hpp"

using namespace el1;
using namespace el1::gic;

// WFI, WFE and CPU_SUSPEND, with interrupts masked: they end when one is there, taken or not.

namespace interrupts {

namespace {
constexpr std::uint32_t sgi = 1;

void wfi () {
    asm volatile ("dsb sy\n\twfi" ::: "memory");
}

void suspend () {
    static_cast<void> (hvc (PSCI_CPU_SUSPEND_64, 0));
}

struct Way {
    std::string_view name;
    void (*wait) ();
};

constexpr std::array ways{Way{"WFI", wfi}, Way{"CPU_SUSPEND", suspend}};

/// Waits by @p way until this CPU is told of an interrupt.
void wait_for_interrupt (const Way &way) {
    while (read<sysreg::isr_el1> () == 0) {
        way.wait ();
    }
}

void by_sgi (Cpus &cpus, const Way &way) {
    constexpr unsigned rounds = 20;
    Test test{"an SGI of another CPU wakes one that waits", way.name};
    fresh_gic ();
    cpus.all (fresh_interface);
    std::atomic<unsigned> waits = 0;
    unsigned woken              = 0;
    const auto sleeper          = [&] {
        for (unsigned round = 1; round <= rounds; ++round) {
            waits = round;
            wait_for_interrupt (way);
            const auto acknowledged = interface (gicc_iar);
            woken += acknowledged == sgi ? 1 : 0;
            set_interface (gicc_eoir, acknowledged);
        }
    };
    cpus.beside (1, sleeper, [&] {
        for (unsigned round = 1; round <= rounds; ++round) {
            static_cast<void> (wait_until (patience, [&] { return waits == round; }));
            // Now and then it has gone to sleep by now, now and then it hasn't.
            if (round % 2 == 0) { settle (); }
            gic::send (sgi, 0b10);
        }
    });
    test.equal ("how often it woke", woken, rounds);
}

void by_timer (const Timer &timer, const Way &way) {
    constexpr unsigned rounds = 10;
    Test test{way.name, timer.name};
    fresh_gic ();
    enable (timer.intid);
    for (unsigned round = 0; round < rounds; ++round) {
        test.about ("round", round);
        const auto when = timer.count () + ticks_of (round);
        timer.start (when);
        wait_for_interrupt (way);
        test.expect ("its time had come", timer.count () >= when);
        const auto acknowledged = interface (gicc_iar);
        test.equal ("what is acknowledged", acknowledged, timer.intid);
        timer.stop ();
        set_interface (gicc_eoir, acknowledged);
    }
}

void by_spi (Cpus &cpus) {
    Test test{"an SPI that another CPU sets pending wakes one that waits"};
    fresh_gic ();
    cpus.all (fresh_interface);
    prepare_spi (free_spi);
    set_targets (free_spi, 0b1000);
    std::atomic<bool> waits = false;
    std::uint32_t found     = 0;
    const auto sleeper      = [&] {
        waits = true;
        wait_for_interrupt (ways[0]);
        found = interface (gicc_iar);
        set_interface (gicc_eoir, found);
    };
    cpus.beside (3, sleeper, [&] {
        static_cast<void> (wait_until (patience, [&] { return waits.load (); }));
        settle ();
        set_pending (free_spi);
    });
    test.equal ("what it found", found, free_spi);
}

void event (Cpus &cpus) {
    constexpr unsigned rounds = 20;
    Test test{"SEV wakes CPUs in WFE"};
    std::atomic<unsigned> said  = 0;
    std::atomic<unsigned> heard = 0;
    cpus.all ([&] {
        for (unsigned round = 1; round <= rounds; ++round) {
            if (this_cpu () == 0) {
                said = round;
                asm volatile ("dsb ish\n\tsev" ::: "memory");
                static_cast<void> (wait_until (patience, [&] { return heard == round * (cpu_count - 1); }));
                continue;
            }
            while (said < round) {
                asm volatile ("wfe" ::: "memory");
            }
            ++heard;
        }
    });
    test.equal ("how often they were woken", heard, rounds * (cpu_count - 1));
}
}  // namespace

void test_waiting (Cpus &cpus) {
    for (const Way &way : ways) {
        by_sgi (cpus, way);
        for (const Timer *timer : timers) {
            by_timer (*timer, way);
        }
    }
    by_spi (cpus);
    event (cpus);
}

}  // namespace interrupts

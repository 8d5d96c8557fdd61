// SPDX-License-Identifier: BSD-2-Clause
#include "tests.hpp"

#include <algorithm>
#include <array>

using namespace el1;
using namespace el1::gic;

// 64 SPIs at once, far more than a machine has list registers.

namespace interrupts {

namespace {
constexpr unsigned storm = 64;
static_assert (free_spi % 32 == 0, "two whole words of bits");

/// A priority for each, some of which are equal, in no order.
[[nodiscard]] constexpr auto priority_of (std::uint32_t i) -> std::uint32_t {
    return (i * 11 + 7) % 23 * 8;
}

void prepare () {
    fresh_gic ();
    for (std::uint32_t i = 0; i < storm; ++i) {
        prepare_spi (free_spi + i, priority_of (i));
        set_edge (free_spi + i, i % 3 == 0);
    }
}

void set_all_pending () {
    set_distributor (gicd_ispendr0 + free_spi / 8, all);
    set_distributor (gicd_ispendr0 + free_spi / 8 + 4, all);
}

/// The storm's interrupts in the order of their priorities, then of their numbers.
[[nodiscard]] auto in_order () -> std::array<std::uint32_t, storm> {
    std::array<std::uint32_t, storm> sorted{};
    for (std::uint32_t i = 0; i < storm; ++i) {
        sorted.at (i) = i;
    }
    std::ranges::sort (sorted, [] (std::uint32_t a, std::uint32_t b) {
        return priority_of (a) != priority_of (b) ? priority_of (a) < priority_of (b) : a < b;
    });
    for (std::uint32_t &i : sorted) {
        i += free_spi;
    }
    return sorted;
}

void one_cpu () {
    Test test{"64 SPIs at once are each taken once, in the order of their priorities"};
    const auto expected = in_order ();
    prepare ();
    set_all_pending ();
    {
        const Taking taking;
        expect_log (test, 0, expected);
    }
    test.equal ("pending", distributor (gicd_ispendr0 + free_spi / 8) | distributor (gicd_ispendr0 + free_spi / 8 + 4),
                0);
    test.equal ("active",
                distributor (gicd_isactiver0 + free_spi / 8) | distributor (gicd_isactiver0 + free_spi / 8 + 4), 0);
    test.equal ("what runs", interface (gicc_rpr), idle);
}

void by_another_cpu (Cpus &cpus) {
    Test test{"64 SPIs that another CPU sets pending while they are taken come once each"};
    prepare ();
    const Taking taking;
    cpus.run (3, set_all_pending);
    static_cast<void> (wait_until (patience, [] { return log_of (0).count () >= storm; }));
    settle ();
    test.equal ("all that came", log_of (0).count (), storm);
    for (std::uint32_t i = 0; i < storm; ++i) {
        test.about ("SPI", i);
        test.equal ("how often it came", log_of (0).count_of (free_spi + i), 1);
    }
}

void four_cpus (Cpus &cpus) {
    Test test{"64 SPIs at once, 16 for each CPU, are each taken once where they belong"};
    prepare ();
    cpus.all (fresh_interface);
    for (std::uint32_t i = 0; i < storm; ++i) {
        set_targets (free_spi + i, 1U << i % cpu_count);
    }
    cpus.while_others_take ([&] {
        set_all_pending ();
        for (unsigned cpu = 0; cpu < cpu_count; ++cpu) {
            test.about ("CPU", cpu);
            const Log &log = log_of (cpu);
            static_cast<void> (wait_until (patience, [&] { return log.count () >= storm / cpu_count; }));
            test.equal ("all that came", log.count (), storm / cpu_count);
        }
        settle ();
        for (std::uint32_t i = 0; i < storm; ++i) {
            test.about ("SPI", i);
            test.equal ("how often it came", log_of (i % cpu_count).count_of (free_spi + i), 1);
        }
        for (unsigned cpu = 0; cpu < cpu_count; ++cpu) {
            test.about ("CPU", cpu);
            test.equal ("all that came in the end", log_of (cpu).count (), storm / cpu_count);
        }
    });
}

void ipis (Cpus &cpus) {
    constexpr std::uint32_t sgi = 2;
    constexpr unsigned rounds   = 100;
    Test test{"a token goes round four CPUs a hundred times by SGIs"};
    fresh_gic ();
    cpus.all (fresh_interface);
    std::array<unsigned, cpu_count> good{};
    cpus.all ([&] {
        // Interrupts are masked: each CPU waits for its turn in WFI.
        const unsigned self = this_cpu ();
        const unsigned next = (self + 1) % cpu_count;
        const unsigned last = (self + cpu_count - 1) % cpu_count;
        for (unsigned round = 0; round < rounds; ++round) {
            if (self == 0) { gic::send (sgi, 1U << next); }
            std::uint32_t acknowledged = spurious;
            while ((acknowledged = interface (gicc_iar)) == spurious) {
                asm volatile ("dsb sy\n\twfi");
            }
            good.at (self) += acknowledged == (last << 10 | sgi) ? 1 : 0;
            set_interface (gicc_eoir, acknowledged);
            if (self != 0) { gic::send (sgi, 1U << next); }
        }
    });
    for (unsigned cpu = 0; cpu < cpu_count; ++cpu) {
        test.about ("CPU", cpu);
        test.equal ("the token that it got", good.at (cpu), rounds);
    }
}
}  // namespace

void test_storm (Cpus &cpus) {
    one_cpu ();
    by_another_cpu (cpus);
    four_cpus (cpus);
    ipis (cpus);
}

}  // namespace interrupts

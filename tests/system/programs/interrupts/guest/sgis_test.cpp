// SPDX-License-Identifier: BSD-2-Clause
#include "tests.hpp"

#include <array>

using namespace el1;
using namespace el1::gic;

// Software-generated interrupts.  [IHI 0048B, 4.3.15 to 4.3.17]

namespace interrupts {

namespace {
constexpr std::array<std::string_view, cpu_count> from{"from CPU 0", "from CPU 1", "from CPU 2", "from CPU 3"};

constexpr std::uint32_t filter_others = 1U << 24;
constexpr std::uint32_t filter_self   = 2U << 24;
constexpr unsigned sender_shift       = 10;  // in what IAR reads
constexpr unsigned sgis               = 16;

[[nodiscard]] constexpr auto list (std::uint32_t mask) -> std::uint32_t {
    return mask << 16;
}

/// Waits until CPU @p cpu has taken @p acknowledged @p times.
void expect_count (Test &test, unsigned cpu, std::uint32_t acknowledged, unsigned times) {
    const Log &log = log_of (cpu);
    static_cast<void> (wait_until (patience, [&] { return log.count_of (acknowledged) >= times; }));
    test.equal ("how often it came", log.count_of (acknowledged), times);
}

void lists (Cpus &cpus, unsigned sender) {
    constexpr std::uint32_t sgi   = 5;
    constexpr std::uint32_t masks = 1U << cpu_count;
    Test test{"an SGI reaches the CPUs of its list, and says who sent it", from.at (sender)};
    fresh_gic ();
    cpus.all (fresh_interface);
    cpus.while_others_take ([&] {
        std::array<unsigned, cpu_count> sent{};
        for (std::uint32_t mask = 0; mask < masks && test.passed (); ++mask) {
            cpus.send (sender, list (mask) | sgi);
            for (unsigned cpu = 0; cpu < cpu_count; ++cpu) {
                test.about ("mask and CPU", mask << 4 | cpu);
                sent.at (cpu) += mask >> cpu & 1;
                expect_count (test, cpu, sender << sender_shift | sgi, sent.at (cpu));
            }
        }
        settle ();
        for (unsigned cpu = 0; cpu < cpu_count; ++cpu) {
            test.about ("CPU", cpu);
            test.equal ("all that came", log_of (cpu).count (), masks / 2);
        }
    });
}

void filters (Cpus &cpus, unsigned sender) {
    constexpr std::uint32_t to_others = 1;
    constexpr std::uint32_t to_self   = 2;
    Test test{"an SGI reaches all but its sender, or only its sender, whatever the list", from.at (sender)};
    fresh_gic ();
    cpus.all (fresh_interface);
    cpus.while_others_take ([&] {
        cpus.send (sender, filter_others | list (1U << sender) | to_others);
        cpus.send (sender, filter_self | list (~(1U << sender) & 0xff) | to_self);
        for (unsigned cpu = 0; cpu < cpu_count; ++cpu) {
            test.about ("CPU", cpu);
            expect_log (test, cpu, {sender << sender_shift | (cpu == sender ? to_self : to_others)});
        }
    });
}

/// CPU 0 has sent itself all SGIs, and takes them at last.
void numbers () {
    Test test{"SGIs of one priority come in the order of their numbers, each once"};
    fresh_gic ();
    for (std::uint32_t sgi = sgis; sgi-- != 0;) {
        gic::send (sgi, 1);
        gic::send (sgi, 1);
    }
    const Taking taking;
    std::array<std::uint32_t, sgis> expected{};
    for (std::uint32_t sgi = 0; sgi < sgis; ++sgi) {
        expected.at (sgi) = sgi;
    }
    expect_log (test, 0, expected);
}

void senders (Cpus &cpus) {
    constexpr std::uint32_t sgi = 9;
    Test test{"an SGI that several have sent comes once from each of them"};
    fresh_gic ();
    for (unsigned cpu = 1; cpu < cpu_count; ++cpu) {
        cpus.run (cpu, [] { gic::send (sgi, 1); });
    }
    gic::send (sgi, 1);
    test.equal ("who is pending", distributor_byte (gicd_spendsgir + sgi), 0xf);
    test.equal ("the same in CPENDSGIR", distributor_byte (gicd_cpendsgir + sgi), 0xf);
    test.expect ("it is pending", is_pending (sgi));
    const Taking taking;
    for (unsigned cpu = 0; cpu < cpu_count; ++cpu) {
        test.about ("sender", cpu);
        expect_count (test, 0, cpu << sender_shift | sgi, 1);
    }
    settle ();
    test.equal ("all that came", log_of (0).count (), cpu_count);
    test.expect ("it isn't pending any more", !is_pending (sgi));
}

void spendsgir (Cpus &cpus) {
    constexpr std::uint32_t sgi = 6;
    Test test{"SPENDSGIR and CPENDSGIR set and clear an SGI for each sender"};
    fresh_gic ();
    cpus.run (1, fresh_interface);
    set_distributor_byte (gicd_spendsgir + sgi, 0b1110);
    set_distributor_byte (gicd_cpendsgir + sgi, 0b0100);
    test.equal ("who is pending", distributor_byte (gicd_spendsgir + sgi), 0b1010);
    test.equal ("the word of four", distributor (gicd_spendsgir + 4), 0b1010U << 16);
    test.equal ("the word of the others", distributor (gicd_spendsgir + 0), 0);
    bool others_see_it = true;
    cpus.run (1, [&] { others_see_it = distributor_byte (gicd_spendsgir + sgi) != 0; });
    test.expect ("they are banked", !others_see_it);
    {
        const Taking taking;
        expect_count (test, 0, 1U << sender_shift | sgi, 1);
        expect_count (test, 0, 3U << sender_shift | sgi, 1);
        settle ();
        test.equal ("all that came", log_of (0).count (), 2);
    }
    set_distributor (gicd_spendsgir + 4, 0b0100U << 16);
    set_distributor (gicd_cpendsgir + 4, all);
    test.equal ("who is pending after words", distributor_byte (gicd_spendsgir + sgi), 0);
}

void fixed () {
    Test test{"an SGI can't be set pending, or disabled, as other interrupts can"};
    constexpr std::uint32_t each = 0xffff;
    fresh_gic ();
    set_distributor (gicd_ispendr0, each);
    test.equal ("ISPENDR", distributor (gicd_ispendr0) & each, 0);
    set_distributor (gicd_icenabler0, each);
    test.equal ("ISENABLER", distributor (gicd_isenabler0) & each, each);
    test.equal ("ICENABLER", distributor (gicd_icenabler0) & each, each);
    test.equal ("ICFGR", distributor (gicd_icfgr0), 0xaaaa'aaaa);
    set_distributor (gicd_icfgr0, 0);
    test.equal ("ICFGR that was written", distributor (gicd_icfgr0), 0xaaaa'aaaa);
}
}  // namespace

void test_sgis (Cpus &cpus) {
    for (unsigned sender = 0; sender < cpu_count; ++sender) {
        lists (cpus, sender);
        filters (cpus, sender);
    }
    numbers ();
    senders (cpus);
    spendsgir (cpus);
    fixed ();
}

}  // namespace interrupts

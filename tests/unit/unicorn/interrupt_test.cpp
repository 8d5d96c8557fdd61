// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/psci.h"
#include "hyp/host/syndrome.hpp"
#include "tests/unit/unicorn/running_host.hpp"

#include <gtest/gtest.h>

namespace ravelin::test {

namespace {
using namespace a64;
using namespace hal::sysreg;

constexpr hal::SystemRegister cntv_tval_el0{3, 3, 14, 3, 0};
constexpr hal::SystemRegister cntv_ctl_el0{3, 3, 14, 3, 1};
constexpr hal::SystemRegister cntv_cval_el0{3, 3, 14, 3, 2};
constexpr hal::SystemRegister cntvct_el0{3, 3, 14, 0, 2};

constexpr std::uint64_t virtual_timer = 27;

/// Code that makes a device's register @p offset hold @p value; it uses X1 and X2.
[[nodiscard]] auto poke (Code code, std::uint64_t address, std::uint32_t value) -> Code {
    return code.set (1, address).set (2, value).then ({str_w (2, 1)});
}

/// Code that lets the virtual timer's interrupt through the GIC, and starts the timer.
[[nodiscard]] auto with_timer (std::uint64_t ticks) -> Code {
    auto code = poke (with_vectors (), RunningHost::distributor, 1);                 // GICD_CTLR
    code      = poke (code, RunningHost::distributor + 0x100, 1U << virtual_timer);  // GICD_ISENABLER0
    code      = poke (code, RunningHost::cpu_interface, 1);                          // GICC_CTLR
    code      = poke (code, RunningHost::cpu_interface + 0x4, 0xff);                 // GICC_PMR
    return code.set (1, ticks).then ({msr (cntv_tval_el0, 1)}).set (1, 1).then ({msr (cntv_ctl_el0, 1)});
}
}  // namespace

TEST (UnicornInterrupt, is_taken_to_el1_when_it_comes) {
    RunningHost host{with_timer (1000).then ({unmask_irq, loop})};

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    EXPECT_EQ (host.vector (), 0x280U);
    EXPECT_EQ (host.read (vbar_el1) + 0x280 + 8, host.emulator ().pc ());
}

TEST (UnicornInterrupt, return_address_is_where_it_came_between) {
    auto code          = with_timer (1000);
    const auto loop_at = code.words ().size () + 1;
    RunningHost host{code.then ({unmask_irq, loop})};

    host.run ();

    EXPECT_EQ (host.read (elr_el1), RunningHost::code + loop_at * 4);
    EXPECT_EQ (host.read (spsr_el1), 0x345U);  // DAIF without I
}

TEST (UnicornInterrupt, isr_shows_one_that_is_masked_and_none_before_it_comes) {
    constexpr hal::SystemRegister isr_el1{3, 0, 12, 1, 0};
    RunningHost before{with_timer (1'000'000).then ({mrs (3, isr_el1), loop})};
    before.run (100);
    EXPECT_EQ (before.x (3), 0U);

    RunningHost after{with_timer (0).then ({mrs (3, isr_el1), loop})};
    after.run (100);
    EXPECT_EQ (after.x (3), 0x80U);
}

TEST (UnicornInterrupt, waits_while_it_is_masked) {
    RunningHost host{with_timer (1000).then ({loop})};

    EXPECT_EQ (host.run (100), sim::Outcome::time_over);

    EXPECT_TRUE (host.machine ().gic ().irq_pending (CpuIndex{0}));
    EXPECT_LT (host.emulator ().pc (), RunningHost::vectors);
}

TEST (UnicornInterrupt, wakes_wfi_though_it_is_masked) {
    RunningHost host{with_timer (1000).set (5, 0).then ({wfi, add (5, 5, 1), loop})};

    host.run (100);

    EXPECT_EQ (host.x (5), 1U);
}

TEST (UnicornInterrupt, sleeping_host_takes_no_instructions_until_its_timer) {
    RunningHost host{
        with_timer (1'000'000).then ({wfi, mrs (6, cntvct_el0), mrs (7, cntv_cval_el0), msr (cntv_ctl_el0, 31), wfi})};

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    EXPECT_GE (host.x (6), host.x (7));
    EXPECT_LT (host.x (6), host.x (7) + 10);
}

TEST (UnicornInterrupt, time_passes_while_code_runs) {
    RunningHost host{Code{mrs (1, cntvct_el0)}.set (3, 10'000).then (
        {add (4, 4, 1), 0xf100'0463 /* SUBS X3, X3, #1 */, 0x54ff'ffc1 /* B.NE -2 */, mrs (2, cntvct_el0), wfi})};

    host.run ();

    // Three instructions each time, each a nanosecond, of which 16 make a tick.
    const auto ticks = host.x (2) - host.x (1);
    EXPECT_GE (ticks, 10'000U * 3 / 16);
    EXPECT_LE (ticks, 10'000U * 3 / 16 + 2);
}

TEST (UnicornInterrupt, time_passes_while_el2_runs) {
    constexpr std::uint64_t calls = 100;
    RunningHost host{Code{mrs (1, cntvct_el0)}
                         .set (3, calls)
                         .set (0, PSCI_VERSION)
                         .then ({add (6, 0, 0), add (0, 6, 0), hvc (0), 0xf100'0463 /* SUBS X3, X3, #1 */,
                                 0x54ff'ffa1 /* B.NE -3 */, mrs (2, cntvct_el0), wfi})};

    host.run ();

    // As long as some hundred instructions each time.
    const auto ticks = host.x (2) - host.x (1);
    EXPECT_GE (ticks, calls * 100 / 16);
    EXPECT_LE (ticks, calls * 1000 / 16);
}

TEST (UnicornInterrupt, two_runs_are_the_same) {
    const auto run = [] {
        RunningHost host{with_timer (12'345).then ({unmask_irq, loop}), {.seed = 7}};
        host.run ();
        return std::pair{host.machine ().clock ().now (), host.emulator ().general ().x};
    };

    EXPECT_EQ (run (), run ());
}

}  // namespace ravelin::test

// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/psci.h"
#include "tests/unit/unicorn/running_host.hpp"

#include <gtest/gtest.h>

namespace ravelin::test {

namespace {
using namespace a64;

constexpr std::uint64_t flag   = RunningHost::data;
constexpr std::uint64_t answer = RunningHost::data + 0x100;
constexpr std::size_t second   = 0x800;  // where the second CPU's code is

/// Code of the first CPU that turns on the second.
[[nodiscard]] auto with_second_cpu () -> Code {
    return Code{}
        .set (0, PSCI_CPU_ON_64)
        .set (1, 1)
        .set (2, RunningHost::code + second)
        .set (3, 0xc0ffee)
        .then ({smc (0)});
}
}  // namespace

TEST (UnicornSmp, second_cpu_starts_where_the_host_says) {
    RunningHost host{with_second_cpu ().then ({wfi}).at (second).then ({mrs (5, hal::sysreg::mpidr_el1), wfi}),
                     {.cpus = 2}};

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    EXPECT_EQ (host.x (0), static_cast<std::uint64_t> (PSCI_SUCCESS));
    const auto registers = host.emulator (1).general ();
    EXPECT_EQ (registers.x[0], 0xc0ffeeU);
    EXPECT_EQ (registers.x[5] & 0xff, 1U);
}

TEST (UnicornSmp, cpus_see_each_others_stores) {
    // Each waits for the other's word.
    RunningHost host{with_second_cpu ()
                         .set (1, flag)
                         .set (2, 1)
                         .then ({str_w (2, 1)})
                         .set (1, answer)
                         .then ({ldr_w (4, 1), cbz (4, -1), wfi})
                         .at (second)
                         .set (1, flag)
                         .then ({ldr_w (4, 1), cbz (4, -1)})
                         .set (1, answer)
                         .set (2, 77)
                         .then ({str_w (2, 1), wfi}),
                     {.cpus = 2}};

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    EXPECT_EQ (host.x (4), 77U);
}

TEST (UnicornSmp, instruction_that_another_cpu_has_changed_is_executed_after_its_ic) {
    // The second CPU runs in a loop around a NOP, of which the first makes a WFI.
    constexpr std::uint64_t patched = RunningHost::code + second;
    RunningHost host{with_second_cpu ()
                         .set (3, 100'000)
                         .then ({0xf100'0463 /* SUBS X3, X3, #1 */, 0x54ff'ffe1 /* B.NE -1 */})
                         .set (1, patched)
                         .set (2, wfi)
                         .then ({str_w (2, 1), dsb, iallu_is, dsb, wfi})
                         .at (second)
                         .then ({nop, b (-1)}),
                     {.cpus = 2}};

    EXPECT_EQ (host.run (), sim::Outcome::asleep);
}

TEST (UnicornSmp, instruction_that_another_cpu_has_changed_is_looked_at_again) {
    // As above, but it becomes one that faults with the MMU off, which Unicorn doesn't know.
    constexpr std::size_t loop_at  = second + 0x100;
    constexpr Instruction ldxr     = 0xc85f'7c22;  // LDXR X2, [X1]
    constexpr std::uint64_t vector = 0x200;        // of EL1 on its own stack
    RunningHost host{with_second_cpu ()
                         .set (3, 100'000)
                         .then ({0xf100'0463 /* SUBS X3, X3, #1 */, 0x54ff'ffe1 /* B.NE -1 */})
                         .set (1, RunningHost::code + loop_at)
                         .set (2, ldxr)
                         .then ({str_w (2, 1), dsb, iallu_is, dsb, wfi})
                         .at (second)
                         .set (1, flag)
                         .set (9, RunningHost::vectors)
                         .set (4, RunningHost::code + loop_at)
                         .then ({msr (hal::sysreg::vbar_el1, 9), isb, br (4)})
                         .at (loop_at)
                         .then ({nop, b (-1)}),
                     {.cpus = 2}};

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    EXPECT_EQ ((host.emulator (1).pc () - RunningHost::vectors) & ~0x7fULL, vector);
}

TEST (UnicornSmp, cpu_that_is_turned_off_can_be_turned_on_again) {
    auto code = with_second_cpu ();
    // Until the second CPU is off: AFFINITY_INFO of it is 1.
    code.set (0, PSCI_AFFINITY_INFO_64)
        .set (1, 1)
        .set (2, 0)
        .then ({smc (0), 0xf100'041f /* CMP X0, #1 */, 0x54ff'fe21 /* B.NE -15 */});
    code.set (0, PSCI_CPU_ON_64)
        .set (1, 1)
        .set (2, RunningHost::code + second + 0x100)
        .set (3, 0xbeef)
        .then ({smc (0), wfi});
    RunningHost host{code.at (second).set (0, PSCI_CPU_OFF).then ({smc (0), loop}).at (second + 0x100).then ({wfi}),
                     {.cpus = 2}};

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    EXPECT_EQ (host.emulator (1).general ().x[0], 0xbeefU);
}

}  // namespace ravelin::test

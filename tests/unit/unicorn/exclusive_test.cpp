// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/syndrome.hpp"
#include "sim/unicorn/fp_trap.hpp"
#include "tests/unit/unicorn/running_guest.hpp"

#include <gtest/gtest.h>

namespace ravelin::test {

namespace {
using namespace a64;
using namespace hal::sysreg;

constexpr Instruction ldxr_x2_x1       = 0xc85f'7c22;
constexpr Instruction stxr_w3_x2_x1    = 0xc803'7c22;
constexpr Instruction ldaxr_w2_x1      = 0x885f'fc22;
constexpr Instruction ldxp_x2_x3_x1    = 0xc87f'0c22;
constexpr Instruction ldar_x2_x1       = 0xc8df'fc22;
constexpr Instruction stlr_x2_x1       = 0xc89f'fc22;
constexpr std::uint64_t synchronous    = 0x200;  // vector of EL1 on its own stack
constexpr std::uint64_t exclusive_dfsc = 0x35;
constexpr std::uint64_t same_level     = 0x25UL << 26 | 1UL << 25;
constexpr std::uint64_t is_write       = 1UL << 6;
}  // namespace

TEST (UnicornExclusive, faults_while_the_mmu_is_off) {
    RunningHost host{with_vectors ().set (1, RunningHost::data).set (2, 7).then ({nop, ldxr_x2_x1, wfi})};

    host.run (1000);

    EXPECT_EQ (host.vector (), synchronous);
    EXPECT_EQ (host.read (esr_el1), same_level | exclusive_dfsc);
    EXPECT_EQ (host.read (far_el1), RunningHost::data);
    EXPECT_EQ (host.x (2), 7U);
}

TEST (UnicornExclusive, says_that_it_was_a_store) {
    RunningHost host{with_vectors ().set (1, RunningHost::data).then ({b (1), stxr_w3_x2_x1, wfi})};

    host.run (1000);

    EXPECT_EQ (host.vector (), synchronous);
    EXPECT_EQ (host.read (esr_el1), same_level | is_write | exclusive_dfsc);
}

TEST (UnicornExclusive, faults_where_other_code_was) {
    // The program stores it over the NOP of a loop that it has been through once.
    constexpr std::size_t loop_at = 0x100;
    constexpr Instruction iallu   = 0xd508'751f;  // IC IALLU
    RunningHost host{with_vectors ()
                         .set (1, RunningHost::data)
                         .set (2, ldxr_x2_x1)
                         .set (4, RunningHost::code + loop_at)
                         .then ({br (4)})
                         .at (loop_at)
                         .then ({nop, str_w (2, 4), dsb, iallu, isb, b (-5)})};

    host.run (1000);

    EXPECT_EQ (host.vector (), synchronous);
    EXPECT_EQ (host.read (esr_el1), same_level | exclusive_dfsc);
}

TEST_F (UnicornGuest, exclusive_faults_where_another_world_has_other_code) {
    // Its vectors are in no memory: EL2 learns that.
    RunningHost host{enter_guest ().set (0, Worlds::enter).set (1, 1).then ({hvc (0), wfi})};
    add_guest (host, Code{nop, add (5, 5, 1), hvc (0)});
    add_guest (host, Code{nop, ldxr_x2_x1, hvc (0)}).general.x[1] = guest_ipa;

    host.run ();

    EXPECT_EQ (esr::class_of (worlds.syndrome), esr::Class::code_abort_lower);
}

TEST (UnicornExclusive, is_not_one_that_only_acquires_or_releases) {
    RunningHost host{with_vectors ().set (1, RunningHost::data).set (2, 7).then ({stlr_x2_x1, ldar_x2_x1, wfi})};

    host.run (1000);

    EXPECT_EQ (host.word (RunningHost::data), 7U);
    EXPECT_EQ (host.x (2), 7U);
}

TEST (UnicornExclusive, of_what_is_not_there_takes_the_fault_of_that) {
    RunningHost host{with_vectors ().set (1, RunningHost::ravelin).then ({nop, ldxr_x2_x1, wfi})};

    host.run (1000);

    EXPECT_EQ (host.vector (), synchronous);
    EXPECT_EQ (host.read (esr_el1), same_level | 0x21) << "it's Ravelin's memory";
}

TEST (FpTrap, knows_exclusives) {
    for (const auto each : {ldxr_x2_x1, stxr_w3_x2_x1, ldaxr_w2_x1, ldxp_x2_x3_x1}) {
        EXPECT_TRUE (sim::FpTrap::is_exclusive (each)) << std::hex << each;
    }
    for (const auto each : {ldar_x2_x1, stlr_x2_x1, ldr_w (1, 2), nop}) {
        EXPECT_FALSE (sim::FpTrap::is_exclusive (each)) << std::hex << each;
    }
}

}  // namespace ravelin::test

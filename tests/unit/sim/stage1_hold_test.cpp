// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "sim/models/stage1_hold.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

using namespace hal::sysreg;

constexpr std::uint64_t mmu_off   = 0x30d0'0800;
constexpr std::uint64_t mmu_on    = mmu_off | 1;
constexpr std::uint64_t walks_off = 1U << 7 | 1U << 23;
constexpr std::uint64_t walks_on  = 25;

/// EL2 in a trap, on its way from one stage 2 to another.
class Stage1HoldTest : public testing::Test {
  protected:
    Stage1HoldTest () { rule.enter (); }

    void write (hal::SystemRegister which, std::uint64_t value) { rule.write (which, 0, value); }

    /// Turns walks off and the MMU on.
    void hold () {
        write (tcr_el1, walks_off);
        rule.synchronize ();
        write (sctlr_el1, mmu_on);
        rule.synchronize ();
    }

    /// The same, and then another VTTBR_EL2.
    void change_stage2 () {
        hold ();
        write (vttbr_el2, 1);
    }

    Stage1Hold rule;
};

TEST_F (Stage1HoldTest, the_whole_sequence_is_right_whether_the_new_world_has_its_mmu_on_or_not) {
    for (const std::uint64_t sctlr : {mmu_on, mmu_off}) {
        change_stage2 ();
        rule.synchronize ();
        rule.invalidate ();
        write (ttbr0_el1, 0x1000);
        write (mair_el1, 0xff);
        rule.synchronize ();
        write (sctlr_el1, sctlr);
        rule.synchronize ();
        write (tcr_el1, walks_on);
        rule.synchronize ();
    }
}

TEST_F (Stage1HoldTest, stage_2_does_not_change_while_stage_1_is_as_el1_left_it) {
    EXPECT_THROW (write (vttbr_el2, 1), Violation);
    EXPECT_THROW (write (vtcr_el2, 1), Violation);
}

TEST_F (Stage1HoldTest, what_does_not_change_needs_no_care) {
    EXPECT_NO_THROW (rule.write (vttbr_el2, 1, 1));
}

TEST_F (Stage1HoldTest, walks_off_is_not_enough) {
    write (tcr_el1, walks_off);
    rule.synchronize ();
    EXPECT_THROW (write (vttbr_el2, 1), Violation);
}

TEST_F (Stage1HoldTest, one_half_of_the_walks_is_not_enough) {
    write (tcr_el1, 1U << 7);
    rule.synchronize ();
    EXPECT_THROW (write (sctlr_el1, mmu_on), Violation);
}

TEST_F (Stage1HoldTest, the_mmu_is_turned_on_when_walks_are_off_for_certain) {
    write (tcr_el1, walks_off);
    EXPECT_THROW (write (sctlr_el1, mmu_on), Violation);
}

TEST_F (Stage1HoldTest, stage_2_does_not_change_before_the_isb_behind_the_mmu) {
    write (tcr_el1, walks_off);
    rule.synchronize ();
    write (sctlr_el1, mmu_on);
    EXPECT_THROW (write (vttbr_el2, 1), Violation);
}

TEST_F (Stage1HoldTest, a_tlbi_waits_for_its_vmid) {
    change_stage2 ();
    EXPECT_THROW (rule.invalidate (), Violation);
}

TEST_F (Stage1HoldTest, the_mmu_is_not_turned_off_before_the_isb_behind_stage_2) {
    change_stage2 ();
    EXPECT_THROW (write (sctlr_el1, mmu_off), Violation);
}

TEST_F (Stage1HoldTest, walks_do_not_begin_before_the_isb_behind_what_they_depend_on) {
    for (const auto which : {ttbr0_el1, ttbr1_el1, mair_el1, amair_el1, contextidr_el1, vttbr_el2, sctlr_el1}) {
        rule.enter ();
        hold ();
        write (which, mmu_on);
        EXPECT_THROW (write (tcr_el1, walks_on), Violation);
    }
}

TEST_F (Stage1HoldTest, what_walks_depend_on_does_not_change_when_they_may_have_begun) {
    hold ();
    write (tcr_el1, walks_on);
    EXPECT_THROW (write (ttbr0_el1, 0x1000), Violation);
}

TEST_F (Stage1HoldTest, a_trap_knows_nothing_of_the_one_before) {
    hold ();
    rule.leave ();
    rule.enter ();
    EXPECT_THROW (write (vttbr_el2, 1), Violation);
}

TEST_F (Stage1HoldTest, outside_of_traps_el1_does_as_it_likes) {
    rule.leave ();
    write (ttbr0_el1, 0x1000);
    EXPECT_NO_THROW (write (vttbr_el2, 1));
}

}  // namespace
}  // namespace ravelin::sim

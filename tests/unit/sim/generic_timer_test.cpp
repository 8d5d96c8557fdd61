// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/generic_timer.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

using enum GenericTimer::Which;

constexpr std::uint64_t enabled = 1;
constexpr std::uint64_t masked  = 2;
constexpr std::uint64_t is_met  = 4;

class GenericTimerTest : public testing::TestWithParam<GenericTimer::Which> {
  protected:
    Clock clock{1'000'000};
    GenericTimer timer{clock};
};

TEST_P (GenericTimerTest, asserts_its_interrupt_from_the_compare_value_on) {
    timer.set_compare_value (GetParam (), 100);
    timer.set_control (GetParam (), enabled);

    clock.advance_to (99);
    EXPECT_FALSE (timer.asserted (GetParam ()));
    EXPECT_EQ (timer.control (GetParam ()), enabled);

    clock.advance_to (100);
    EXPECT_TRUE (timer.asserted (GetParam ()));
    EXPECT_EQ (timer.control (GetParam ()), enabled | is_met);
}

TEST_P (GenericTimerTest, says_that_its_condition_is_met_while_masked_but_asserts_nothing) {
    timer.set_compare_value (GetParam (), 0);
    timer.set_control (GetParam (), enabled | masked);

    EXPECT_EQ (timer.control (GetParam ()), enabled | masked | is_met);
    EXPECT_FALSE (timer.asserted (GetParam ()));
}

TEST_P (GenericTimerTest, does_nothing_while_disabled) {
    clock.advance_to (100);
    timer.set_compare_value (GetParam (), 10);

    EXPECT_EQ (timer.control (GetParam ()), 0);
    EXPECT_FALSE (timer.asserted (GetParam ()));
    EXPECT_EQ (timer.deadline (), never);
}

TEST_P (GenericTimerTest, timer_value_counts_down_from_now) {
    clock.advance_to (1000);
    timer.set_timer_value (GetParam (), 50);
    EXPECT_EQ (timer.compare_value (GetParam ()), 1050);

    clock.advance_to (1060);
    EXPECT_EQ (timer.timer_value (GetParam ()), 0xffff'fff6) << "ten ticks ago, in 32 bits";
}

TEST_P (GenericTimerTest, a_negative_timer_value_lies_in_the_past) {
    clock.advance_to (1000);

    timer.set_timer_value (GetParam (), 0xffff'ffff);

    EXPECT_EQ (timer.compare_value (GetParam ()), 999);
}

TEST_P (GenericTimerTest, istatus_cannot_be_written) {
    timer.set_compare_value (GetParam (), 100);

    timer.set_control (GetParam (), enabled | is_met);

    EXPECT_EQ (timer.control (GetParam ()), enabled);
}

INSTANTIATE_TEST_SUITE_P (AllTimers, GenericTimerTest, testing::Values (virtual_el1, physical_el1, physical_el2));

TEST_F (GenericTimerTest, the_virtual_timer_counts_from_the_offset) {
    clock.advance_to (1000);
    timer.set_virtual_offset (600);
    timer.set_compare_value (virtual_el1, 500);
    timer.set_control (virtual_el1, enabled);

    EXPECT_EQ (timer.virtual_count (), 400);
    EXPECT_EQ (timer.physical_count (), 1000);
    EXPECT_FALSE (timer.asserted (virtual_el1));
    EXPECT_EQ (timer.deadline (), 1100);
}

TEST_F (GenericTimerTest, the_deadline_is_that_of_the_first_timer_that_may_fire) {
    timer.set_compare_value (virtual_el1, 300);
    timer.set_compare_value (physical_el1, 200);
    timer.set_compare_value (physical_el2, 100);
    timer.set_control (virtual_el1, enabled);
    timer.set_control (physical_el1, enabled);
    timer.set_control (physical_el2, enabled | masked);

    EXPECT_EQ (timer.deadline (), 200);
}

TEST_F (GenericTimerTest, can_be_put_back) {
    timer.set_virtual_offset (30);
    timer.set_compare_value (virtual_el1, 70);
    timer.set_control (virtual_el1, enabled);
    clock.advance_to (90);
    const auto kept = timer.keep ();
    timer.set_virtual_offset (0);
    timer.set_control (virtual_el1, 0);
    clock.advance_to (120);

    timer.put_back (kept);
    clock.go_back (90);

    EXPECT_EQ (timer.virtual_count (), 60U);
    EXPECT_EQ (timer.compare_value (virtual_el1), 70U);
    EXPECT_EQ (timer.control (virtual_el1), enabled);
    EXPECT_EQ (timer.deadline (), 100U);
}

TEST_F (GenericTimerTest, a_compare_value_that_the_clock_never_reaches_is_no_deadline) {
    clock.advance_to (1000);
    timer.set_virtual_offset (2000);
    timer.set_compare_value (virtual_el1, 0);
    timer.set_control (virtual_el1, enabled);

    EXPECT_TRUE (timer.asserted (virtual_el1)) << "the virtual count has wrapped far past it";
    EXPECT_EQ (timer.deadline (), never);
}

}  // namespace
}  // namespace ravelin::sim

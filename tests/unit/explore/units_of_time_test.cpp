// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/units_of_time.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim::explore {
namespace {

constexpr Ticks now = 20 * units::length + 5;

TEST (UnitsOfTime, count_to_a_deadline_from_wherever_in_a_unit_it_is_now) {
    EXPECT_EQ (units::until (21 * units::length, now), 1);
    EXPECT_EQ (units::until (21 * units::length, now + 1000), 1);
    EXPECT_EQ (units::until (22 * units::length, now), 2);
    EXPECT_EQ (units::until (20 * units::length, now), 0);
}

TEST (UnitsOfTime, are_the_same_whenever_that_is) {
    EXPECT_EQ (units::until (22 * units::length, now), units::until (32 * units::length, now + 10 * units::length));
}

TEST (UnitsOfTime, know_no_past_beyond_what_an_offset_makes_up_for) {
    EXPECT_EQ (units::until (19 * units::length, now), -1);
    EXPECT_EQ (units::until (18 * units::length, now), -1);
    EXPECT_EQ (units::until (0, now), -1);
}

TEST (UnitsOfTime, tell_what_never_comes_from_what_will) {
    EXPECT_GT (units::until (never, now), units::until (23 * units::length, now));
}

}  // namespace
}  // namespace ravelin::sim::explore

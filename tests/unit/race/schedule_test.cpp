// SPDX-License-Identifier: BSD-2-Clause
#include "sim/race/replay.hpp"
#include "sim/race/schedule.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim::race {

TEST (Schedule, says_how_often_each_goes_on) {
    Schedule schedule;
    for (const unsigned who : {0U, 0U, 1U, 3U, 3U, 3U, 0U}) {
        schedule.add (who);
    }

    EXPECT_EQ (to_text (schedule), "0*2 1*1 3*3 0*1");
    EXPECT_EQ (parse_schedule ("0*2 1*1 3*3 0*1"), schedule);
}

TEST (Schedule, of_nobody_is_empty) {
    EXPECT_EQ (to_text (Schedule{}), "");
    EXPECT_EQ (parse_schedule (""), Schedule{});
}

TEST (Schedule, is_refused_where_it_is_none) {
    for (const auto *const text : {"0", "*2", "0*", "0*0", "a*1", "0*b", "0*1x", "0*-1", "24*1", "0*1 1"}) {
        EXPECT_FALSE (parse_schedule (text)) << text;
    }
    EXPECT_EQ (parse_schedule ("0*1 1").error (), "a schedule has words like 0*12, not 1");
}

TEST (Replay, does_as_the_schedule_says_and_then_takes_the_first) {
    const Schedule schedule = *parse_schedule ("1*2 0*1");
    Replay replay{schedule};

    EXPECT_EQ (replay.choose (0b11, 0, false), 1U);
    EXPECT_EQ (replay.choose (0b11, 1, false), 1U);
    EXPECT_EQ (replay.choose (0b11, 1, false), 0U);
    EXPECT_EQ (replay.choose (0b10, 0, false), 1U) << "it's over";
    EXPECT_EQ (replay.choose (0b11, 0, true), 1U) << "who waits lets others";
    EXPECT_EQ (replay.choose (0b01, 0, true), 0U) << "unless there is nobody";
}

TEST (Replay, takes_the_first_where_the_schedule_names_one_that_cannot_go_on) {
    const Schedule schedule = *parse_schedule ("1*1 0*1");
    Replay replay{schedule};

    EXPECT_EQ (replay.choose (0b100, 0, false), 2U);
    EXPECT_EQ (replay.choose (0b11, 0, false), 0U);
}

}  // namespace ravelin::sim::race

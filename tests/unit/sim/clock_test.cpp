// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/clock.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

/// Rings at one moment.
class OneAlarm : public Alarm {
  public:
    [[nodiscard]] auto ring (Ticks now) -> Ticks override {
        rung_at = now;
        return now < moment ? moment : never;
    }

    Ticks moment{never};
    Ticks rung_at{};
};

TEST (Clock, instructions_become_ticks_and_none_gets_lost) {
    Clock clock{62'500'000};  // 16 ns a tick

    for (int i = 0; i < 100; ++i) {
        clock.retire (7);
    }

    EXPECT_EQ (clock.now (), 700 / 16);
}

TEST (Clock, never_runs_backwards) {
    Clock clock{1'000'000};
    clock.advance_to (100);

    clock.advance_to (50);

    EXPECT_EQ (clock.now (), 100);
}

TEST (Clock, rings_when_the_moment_has_come_and_not_before) {
    Clock clock{1'000'000'000};
    OneAlarm alarm;
    alarm.moment = 1000;
    clock.set_alarm (alarm);
    ASSERT_EQ (clock.deadline (), 1000);

    clock.retire (999);
    EXPECT_EQ (alarm.rung_at, 0);

    clock.retire (1);
    EXPECT_EQ (alarm.rung_at, 1000);
    EXPECT_EQ (clock.deadline (), never);
}

TEST (Clock, asks_again_when_told_that_the_moment_has_changed) {
    Clock clock{1'000'000};
    OneAlarm alarm;
    clock.set_alarm (alarm);

    alarm.moment = 7;
    clock.check ();

    EXPECT_EQ (clock.deadline (), 7);
}

}  // namespace
}  // namespace ravelin::sim

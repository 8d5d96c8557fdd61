// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/two_runs.hpp"
#include "sim/machine/violation.hpp"
#include "tests/unit/explore/common.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim::explore {

namespace {
class TwoRunsTest : public testing::Test {
  protected:
    TwoRunsTest () {
        for (const Step &step : join ({made (0), {donate (0, 0), run (0), guest (Action::guest_store)}})) {
            take (step);
        }
    }

    void take (const Step &step) {
        static_cast<void> (one.take (step));
        static_cast<void> (other.take (step));
        last = step;
    }

    void hold () { hold_alike (one, other, last); }

    ExploredMachine one{Scope{}, TwoRuns::one_secret};
    ExploredMachine other{Scope{}, TwoRuns::other_secret};
    Step last;
};

[[nodiscard]] auto hal_of (ExploredMachine &machine) -> hal::Cpu & {
    return machine.machine ().cpu (0U).hal ();
}
}  // namespace

TEST_F (TwoRunsTest, differ_in_what_vm_0_alone_knows) {
    EXPECT_NE (one.word_of (0), other.word_of (0));
    EXPECT_NE (hal_of (one).read<hal::sysreg::tpidr_el1> (), hal_of (other).read<hal::sysreg::tpidr_el1> ());
    EXPECT_NO_THROW (hold ());
}

TEST_F (TwoRunsTest, are_the_same_for_the_host) {
    take (guest (Action::interrupt));
    EXPECT_NO_THROW (hold ());
    take ({.action = Action::vm_destroy, .vm = 0});
    EXPECT_NO_THROW (hold ());
}

TEST_F (TwoRunsTest, are_told_apart_by_a_system_register) {
    take (guest (Action::interrupt));
    hal_of (one).write<hal::sysreg::tpidr_el1> (1);
    EXPECT_THROW (hold (), Violation);
}

TEST_F (TwoRunsTest, are_told_apart_by_a_page_of_the_hosts) {
    one.word_of (1) = 1;
    EXPECT_THROW (hold (), Violation);
}

TEST_F (TwoRunsTest, differ_in_each_bit_of_a_register) {
    EXPECT_EQ (hal_of (one).read<hal::sysreg::tpidr_el1> (), ~hal_of (other).read<hal::sysreg::tpidr_el1> ());
}

TEST_F (TwoRunsTest, are_told_apart_by_the_state) {
    static_cast<void> (one.take ({.cpu = 1, .action = Action::vm_create, .vm = 1, .page = page::control}));
    EXPECT_THROW (hold (), Violation);
}

TEST_F (TwoRunsTest, are_told_apart_by_who_goes_on) {
    static_cast<void> (one.take (guest (Action::interrupt)));
    EXPECT_THROW (hold (), Violation);
}

TEST_F (TwoRunsTest, may_lend_what_they_like) {
    take (guest (Action::guest_share));
    EXPECT_NO_THROW (hold ());
}

TEST (TwoRuns, take_a_step_and_are_compared) {
    TwoRuns machine{Scope{}};
    for (const Step &step : join ({made (0), {donate (0, 0), run (0), guest (Action::guest_store)}})) {
        EXPECT_NO_THROW (machine.take (step));
    }
    EXPECT_NO_THROW (machine.check_all ());
}

}  // namespace ravelin::sim::explore

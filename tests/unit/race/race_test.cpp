// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/explorer.hpp"
#include "sim/machine/violation.hpp"
#include "sim/race/again.hpp"
#include "sim/race/racer.hpp"
#include "tests/unit/race/race_machine.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <span>
#include <stdexcept>

namespace ravelin::sim::race {

using namespace explore;

TEST_F (RaceTest, two_vms_that_want_the_same_page) {
    take (join ({made (0), made (1)}));
    EXPECT_NO_THROW (race ({on (0, donate (0, 0)), on (1, donate (1, 0))}));
}

TEST_F (RaceTest, a_vcpu_that_two_cpus_run) {
    take (made (0));
    EXPECT_NO_THROW (race ({run (0, 0), run (0, 1)}));
}

TEST_F (RaceTest, a_host_that_stores_to_a_page_while_it_is_given_away) {
    take (made (0));
    EXPECT_NO_THROW (race ({on (0, donate (0, 0)), {.cpu = 1, .action = Action::host_store, .page = 0}}));
}

TEST_F (RaceTest, a_guest_that_stores_to_a_page_while_it_comes) {
    take (join ({made (0), {run (0, 0)}}));
    EXPECT_NO_THROW (race ({guest (Action::guest_store, 0), on (1, donate (0, 0))}));
}

TEST_F (RaceTest, leaves_the_machine_where_it_was) {
    take (made (0));
    const Key before = key_of (machine);
    race ({on (0, donate (0, 0)), on (1, donate (0, 1))});
    EXPECT_EQ (key_of (machine), before);
    EXPECT_NO_THROW (machine.check_all ());
}

TEST_F (RaceTest, is_held_to_what_comes_of_the_steps_in_an_order) {
    take (made (0));
    const Way steps{on (0, donate (0, 0)), {.cpu = 1, .action = Action::vm_find}};
    const auto outcome  = machine.take_in_order (steps);
    const auto together = [] (std::span<const std::function<void ()>> jobs) {
        for (const auto &job : jobs) {
            job ();
        }
    };
    const auto hold = [&] (const ExploredMachine::Outcome &expected) {
        machine.go_back ();
        machine.take_together (steps, together);
        machine.hold_to (expected);
    };
    EXPECT_NO_THROW (hold (outcome));

    auto other = outcome;
    other.seen[1].registers.x[1] ^= 1;
    EXPECT_THROW (hold (other), Violation) << "what a CPU finds";
    other = outcome;
    other.seen[0].pc ^= 4;
    EXPECT_THROW (hold (other), Violation) << "where it goes on";
    other          = outcome;
    other.words[0] = 1;
    EXPECT_THROW (hold (other), Violation) << "what a page holds";
    machine.go_back ();
    const auto nothing = machine.take_in_order (Way{steps[1]});
    other              = outcome;
    other.known        = nothing.known;
    EXPECT_THROW (hold (other), Violation) << "whose a page is";
}

TEST (Raced, finds_the_same_with_the_same_seed) {
    const Scope scope{.protected_vms = 1, .plain_vms = 0, .pages = 1};
    Explorer explorer{{.scope = scope}};
    const std::atomic<bool> stop{};
    for (unsigned i = 0; i < 8; ++i) {
        ASSERT_TRUE (explorer.advance (stop));
    }
    Racer racer{scope, explorer.tree ()};
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        EXPECT_FALSE (racer.race (seed)) << seed;
    }
    EXPECT_EQ (racer.races (), 1600U);
}

TEST (Raced, happens_again_by_its_schedule) {
    const Way way = made (0);
    const Way steps{on (0, donate (0, 0)), on (1, donate (0, 1))};
    EXPECT_NO_THROW (race_again (Scope{}, way, steps, "0*30 1*5000 0*9 1*9"));
    EXPECT_THROW (race_again (Scope{}, way, steps, "0+30"), std::invalid_argument);
}

}  // namespace ravelin::sim::race

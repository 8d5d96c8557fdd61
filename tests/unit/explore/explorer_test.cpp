// SPDX-License-Identifier: BSD-2-Clause
#include "common.hpp"
#include "sim/explore/explorer.hpp"

#include <atomic>
#include <gtest/gtest.h>

namespace ravelin::sim::explore {
namespace {

constexpr Scope tiny{.protected_vms = 1, .plain_vms = 1, .pages = 1, .ipas = 1, .cpus = 1};

const std::atomic<bool> never{};

void finish (Explorer &explorer) {
    while (explorer.advance (never)) {}
}

void expect_same (const Progress &one, const Progress &other) {
    EXPECT_TRUE (one.closed ());
    EXPECT_TRUE (other.closed ());
    EXPECT_EQ (one.states, other.states);
    EXPECT_EQ (one.transitions, other.transitions);
    EXPECT_EQ (one.depth, other.depth);
}

TEST (Explorer, comes_to_an_end_without_a_problem) {
    Explorer explorer{{.scope = tiny}};
    finish (explorer);
    EXPECT_TRUE (explorer.progress ().closed ());
    EXPECT_EQ (explorer.problem (), std::nullopt);
    // A VM alone has some tens.
    EXPECT_GT (explorer.progress ().states, 500U);
    EXPECT_GT (explorer.progress ().depth, 10U);
}

TEST (Explorer, finds_the_same_states_whichever_step_it_takes_first) {
    Explorer one{{.scope = tiny}};
    Explorer other{{.scope = tiny, .ways = {.backwards = true}}};
    finish (one);
    finish (other);
    expect_same (one.progress (), other.progress ());
}

TEST (Explorer, finds_the_same_with_two_threads) {
    Explorer one{{.scope = tiny}};
    Explorer other{{.scope = tiny, .jobs = 2}};
    finish (one);
    finish (other);
    expect_same (one.progress (), other.progress ());
}

TEST (Explorer, goes_on_where_another_was_stopped) {
    Explorer whole{{.scope = tiny}};
    finish (whole);
    Explorer first{{.scope = tiny}};
    for (int i = 0; i < 6; ++i) {
        ASSERT_TRUE (first.advance (never));
    }
    const std::atomic<bool> stopped{true};
    EXPECT_FALSE (first.advance (stopped));
    EXPECT_EQ (first.progress ().depth, 6U);

    Explorer second{{.scope = tiny}};
    second.go_on_from (first.save ());
    finish (second);

    expect_same (whole.progress (), second.progress ());
}

TEST (Explorer, finds_the_shortest_way_to_what_a_machine_without_tlbis_shows) {
    Explorer explorer{{.scope = tiny, .ways = {.prepare = [] (Machine &machine) {
                                          machine.tlbs ().heed (false);
                                      }}}};
    finish (explorer);
    ASSERT_NE (explorer.problem (), std::nullopt);
    EXPECT_EQ (explorer.problem ()->steps.size (), 1U);
    EXPECT_FALSE (explorer.advance (never));
    ExploredMachine good{tiny};
    for (const Step &step : explorer.problem ()->steps) {
        EXPECT_NO_THROW (static_cast<void> (good.take (step)));
    }
}

}  // namespace
}  // namespace ravelin::sim::explore

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/race/priorities.hpp"

#include <gtest/gtest.h>
#include <set>
#include <vector>

namespace ravelin::sim::race {

namespace {
constexpr unsigned parties  = 4;
constexpr std::uint32_t all = 0b1111;

/// Who goes on, so many times, if all always can.
[[nodiscard]] auto run (std::uint64_t seed, unsigned changes, unsigned moments = 20) -> std::vector<unsigned> {
    Random random{seed};
    std::vector<std::uint64_t> when (changes);
    for (auto &each : when) {
        each = random.below (moments);
    }
    Priorities priorities{parties, when, random};
    std::vector<unsigned> chosen;
    unsigned last = 0;
    for (unsigned i = 0; i < moments; ++i) {
        last = priorities.choose (all, last, false);
        chosen.push_back (last);
    }
    return chosen;
}

[[nodiscard]] auto different (const std::vector<unsigned> &chosen) -> std::size_t {
    return std::set<unsigned>{chosen.begin (), chosen.end ()}.size ();
}
}  // namespace

TEST (Priorities, without_changes_the_highest_goes_on) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        EXPECT_EQ (different (run (seed, 0)), 1U);
    }
}

TEST (Priorities, change_at_the_moments_that_they_are_told) {
    Random random{1};
    Priorities priorities{2, {2, 4}, random};
    std::vector<unsigned> chosen;
    unsigned last = 0;
    for (unsigned i = 0; i < 6; ++i) {
        last = priorities.choose (0b11, last, false);
        chosen.push_back (last);
    }
    const unsigned first = chosen[0];
    const unsigned other = 1 - first;
    EXPECT_EQ (chosen, (std::vector<unsigned>{first, first, other, other, first, first}));
}

TEST (Priorities, are_drawn_by_the_seed) {
    std::set<unsigned> first;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        EXPECT_EQ (run (seed, 3), run (seed, 3));
        first.insert (run (seed, 0).front ());
    }
    EXPECT_EQ (first.size (), parties);
}

TEST (Priorities, change_as_often_as_they_are_told) {
    std::size_t most = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        EXPECT_LE (different (run (seed, 2)), 3U);
        most = std::max (most, different (run (seed, 2)));
    }
    EXPECT_EQ (most, 3U);
}

TEST (Priorities, let_others_go_first_while_one_waits) {
    Random random{1};
    Priorities priorities{2, {}, random};
    const unsigned first = priorities.choose (0b11, 0, false);
    const unsigned other = priorities.choose (0b11, first, true);

    EXPECT_NE (other, first);
    EXPECT_EQ (priorities.choose (0b11, other, false), other);
    EXPECT_EQ (priorities.choose (0b11, other, true), first);
}

TEST (Priorities, choose_only_who_can_go_on) {
    Random random{1};
    Priorities priorities{parties, {1, 3}, random};
    for (unsigned who = 0; who < parties; ++who) {
        EXPECT_EQ (priorities.choose (1U << who, 0, false), who);
    }
}

}  // namespace ravelin::sim::race

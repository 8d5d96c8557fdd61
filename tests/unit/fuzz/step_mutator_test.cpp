// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/known_inputs.hpp"
#include "fuzz/step_mutator.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace ravelin::fuzz {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Ge;

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t seeds = 3000;

/// Steps of three bytes behind one that is none: a choice, a page and a handle; step @p i begins with @p first + i.
[[nodiscard]] auto input_of (std::uint32_t steps, std::uint8_t first) -> Played {
    Played input{.bytes = {0xaa}, .layout = {.steps = {}, .numbers = {{0, 1, Kind::value}}}};
    for (std::uint32_t i = 0; i < steps; ++i) {
        const auto begin = static_cast<std::uint32_t> (input.bytes.size ());
        input.layout.steps.push_back (begin);
        input.layout.numbers.insert (
            input.layout.numbers.end (),
            {{begin, 1, Kind::choice}, {begin + 1, 1, Kind::page}, {begin + 2, 1, Kind::handle}});
        const auto number = static_cast<std::uint8_t> (first + i);
        input.bytes.insert (input.bytes.end (), {number, static_cast<std::uint8_t> (0x40 + i), 1});
    }
    return input;
}

/// Fills the room, so that it's seen where that was asked to.
auto fill (std::uint8_t *data, std::size_t /*size*/, std::size_t room) -> std::size_t {
    std::fill_n (data, room, std::uint8_t{0xee});
    return room;
}

[[nodiscard]] auto was_filled (const Bytes &bytes) -> bool {
    return std::ranges::all_of (bytes, [] (std::uint8_t byte) { return byte == 0xee; });
}

TEST (StepMutator, makes_inputs_that_have_room) {
    StepMutator mutator{fill};
    for (const std::size_t room : {1U, 2U, 10U, 40U}) {
        for (std::uint64_t seed = 0; seed < seeds; ++seed) {
            const auto bytes = mutator.change (input_of (10, 0), input_of (20, 100), room, seed);
            ASSERT_GE (bytes.size (), 1U);
            ASSERT_LE (bytes.size (), room);
        }
    }
}

TEST (StepMutator, makes_the_same_of_the_same_seed) {
    StepMutator mutator{fill};
    std::set<Bytes> made;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const auto once = mutator.change (input_of (10, 0), input_of (5, 100), 200, seed);
        ASSERT_EQ (once, StepMutator{fill}.change (input_of (10, 0), input_of (5, 100), 200, seed));
        made.insert (once);
    }
    EXPECT_GT (made.size (), seeds / 2);
}

/// Of what it makes of a sequence, much is one: in front what was, then steps of here and there, whole ones.
TEST (StepMutator, keeps_steps_whole) {
    StepMutator mutator{fill};
    std::size_t longer  = 0;
    std::size_t shorter = 0;
    std::size_t foreign = 0;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const auto bytes = mutator.change (input_of (10, 0), input_of (10, 100), 1000, seed);
        if (was_filled (bytes)) { continue; }
        ASSERT_EQ (bytes.size () % 3, 1U) << seed;
        longer += bytes.size () > 31 ? 1 : 0;
        shorter += bytes.size () < 31 ? 1 : 0;
        for (std::size_t i = 1; i < bytes.size (); i += 3) {
            if (bytes[i] == 105 && bytes[i + 1] == 0x45) {
                ++foreign;
                break;
            }
        }
    }
    EXPECT_THAT ((std::array{longer, shorter, foreign}), Each (Ge (seeds / 20)));
}

/// A number becomes what it may be by its kind: a handle is one that there may be.
TEST (StepMutator, changes_numbers_by_their_kind) {
    StepMutator mutator{fill};
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const auto bytes = mutator.change (input_of (1, 0), input_of (1, 0), 1000, seed);
        if (was_filled (bytes)) { continue; }
        for (std::size_t i = 3; i < bytes.size (); i += 3) {
            ASSERT_LT (bytes[i], 4) << seed;
        }
    }
}

TEST (StepMutator, leaves_what_has_no_steps_to_the_blind) {
    StepMutator mutator{fill};
    const Played raw{.bytes = {1, 2, 3}, .layout = {}};
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        EXPECT_TRUE (was_filled (mutator.change (raw, input_of (3, 0), 7, seed)));
    }
}

TEST (Steps, are_what_an_input_is_made_of) {
    auto input = input_of (2, 7);
    input.layout.numbers.push_back ({7, 8, Kind::value});  // beyond the end
    const auto steps = steps_of (input);
    ASSERT_EQ (steps.size (), 3U);
    EXPECT_THAT (steps[0].bytes, ElementsAre (0xaa));
    EXPECT_THAT (steps[2].bytes, ElementsAre (8, 0x41, 1));
    ASSERT_EQ (steps[2].numbers.size (), 3U);
    EXPECT_EQ (steps[2].numbers[1].begin, 1U);
    EXPECT_EQ (steps[2].numbers[1].kind, Kind::page);
    EXPECT_EQ (join (steps), input.bytes);
}

TEST (KnownInputs, plays_what_it_is_asked_for_once) {
    std::vector<Bytes> played;
    KnownInputs known{[&played] (std::span<const std::uint8_t> bytes, Layout &layout) {
        played.emplace_back (bytes.begin (), bytes.end ());
        layout.steps.push_back (bytes.front ());
    }};
    const Bytes first{1, 2};
    const Bytes second{3};
    EXPECT_THAT (known.of (first).layout.steps, ElementsAre (1));
    EXPECT_THAT (known.of (second).layout.steps, ElementsAre (3));
    EXPECT_THAT (known.of (first).layout.steps, ElementsAre (1));
    EXPECT_THAT (played, ElementsAre (first, second));
    EXPECT_EQ (known.any (2).bytes, first);
}

TEST (KnownInputs, does_not_play_again_what_was_played_last) {
    unsigned played = 0;
    KnownInputs known{[&played] (std::span<const std::uint8_t>, Layout &) {
        ++played;
    }};
    const Bytes first{1};
    const Bytes last{2};
    static_cast<void> (known.of (first));
    known.begin (last).steps.push_back (0);
    EXPECT_THAT (known.of (last).layout.steps, ElementsAre (0));
    EXPECT_EQ (played, 1U);
}

}  // namespace
}  // namespace ravelin::fuzz

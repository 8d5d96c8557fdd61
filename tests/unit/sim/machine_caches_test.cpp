// SPDX-License-Identifier: BSD-2-Clause

// Caches that nobody has cleaned before Ravelin's first instruction.

#include "tests/unit/sim/machine_fixture.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

constexpr std::uint64_t memory = 2ULL << 30;

class MachineCaches : public testing::TestWithParam<BoardName> {
  protected:
    [[nodiscard]] static auto options (std::uint64_t seed) -> MachineOptions {
        return {.cpus = 4, .memory = memory, .seed = seed, .prefetch = 0, .caches = Eviction::never};
    }

    /// How many words of the tree that the host is given memory has not as Ravelin has written them.
    /// @param clean  whether EL2's cleaning does anything
    [[nodiscard]] static auto words_unlike (std::uint64_t seed, bool clean) -> unsigned {
        constexpr std::uint64_t enough = 0x400;  // bytes: the tree is larger
        unsigned unlike                = 0;
        ScriptedMachine machine{GetParam (), options (seed)};
        machine->caches ()->heed ({.clean = clean, .invalidate = clean});
        machine.script (0, [&] (ScriptedCpu &cpu) -> Script {
            const Ipa tree{cpu.context ()};
            for (std::uint64_t at = 0; at < enough; at += 8) {
                const auto in_memory = (co_await cpu.load (tree + at, uncached)).value ();
                unlike += in_memory != (co_await cpu.load (tree + at, cached)).value () ? 1 : 0;
            }
        });
        EXPECT_EQ (machine.boot_and_run (), Outcome::finished);
        return unlike;
    }
};

TEST_P (MachineCaches, hold_rubbish_at_entry_but_none_of_what_was_loaded) {
    ScriptedMachine machine{GetParam (), options (1)};
    const auto &cache = machine->caches ()->data ();
    EXPECT_GT (cache.held (), DataCache::capacity / 10);
    EXPECT_GT (cache.dirty (), DataCache::capacity / 20);
    EXPECT_LT (cache.dirty (), cache.held ());

    const Pa image = machine->map ().image;
    for (Pa line = image; line < image + RavelinImage::pool_offset; line = line + cache_line_size) {
        EXPECT_FALSE (cache.has (line)) << std::hex << line.value ();
    }
    EXPECT_FALSE (cache.has (machine.kernel ()));
}

TEST_P (MachineCaches, of_rubbish_do_not_hide_the_tree_from_a_host_that_starts_without_caches) {
    for (std::uint64_t seed = 1; seed < 6; ++seed) {
        EXPECT_EQ (words_unlike (seed, true), 0U) << "seed " << seed;
    }
}

TEST_P (MachineCaches, would_hide_it_if_ravelin_did_not_clean) {
    EXPECT_NE (words_unlike (1, false), 0U);
}

TEST_P (MachineCaches, that_drop_lines_when_they_like_change_nothing) {
    for (std::uint64_t seed = 1; seed < 6; ++seed) {
        auto made   = options (seed);
        made.caches = Eviction::seeded;
        ScriptedMachine machine{GetParam (), made};
        EXPECT_TRUE (machine->boot ()) << "seed " << seed << ": " << machine.console ();
    }
}

INSTANTIATE_TEST_SUITE_P (Boards, MachineCaches, testing::Values (BoardName::virt, BoardName::pi4b),
                          [] (const auto &info) { return board_name (info.param); });

TEST (MachineCachesOfPi, let_cores_go_only_because_their_word_is_cleaned) {
    for (const bool clean : {true, false}) {
        ScriptedMachine machine{BoardName::pi4b, {.cpus = 4, .caches = Eviction::never}};
        machine->caches ()->heed ({.clean = clean, .invalidate = clean});

        ASSERT_TRUE (machine->boot ());

        const auto expected = clean ? Processor::State::el2 : Processor::State::off;
        for (std::uint32_t cpu = 1; cpu < 4; ++cpu) {
            EXPECT_EQ (machine->cpu (cpu).state (), expected) << cpu;
        }
    }
}

}  // namespace
}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
// Real A64 code on a machine with caches.
#include "sim/models/mmu_registers.hpp"
#include "tests/unit/unicorn/running_host.hpp"

#include <cstdint>
#include <gtest/gtest.h>

namespace ravelin::test {

namespace {
using namespace a64;
using namespace hal::sysreg;

constexpr std::uint64_t data   = RunningHost::data;
constexpr std::uint64_t tables = RunningHost::data + 0x1000;

// The same memory at two places of virtual memory.
constexpr std::uint64_t cached   = data;
constexpr std::uint64_t uncached = data + 0x4000'0000;

const sim::MachineOptions with_caches{.caches = sim::Eviction::never};

/// A table with two blocks of 1 GiB: RAM as it is, and once more for accesses past caches.
[[nodiscard]] auto write_tables () -> Code {
    constexpr std::uint64_t block = 0x4000'0000 | 1U << 10 | 3U << 8 | 1;  // AF, inner shareable
    constexpr std::uint64_t index = 1U << 2;                               // AttrIndx 1
    Code code;
    for (const auto &[entry, value] : {std::pair{1U, block}, std::pair{2U, block | index}}) {
        code.set (1, tables + 8 * entry).set (2, value).then ({str_w (2, 1), add (1, 1, 4), str_w (31, 1)});
    }
    return code;
}

/// Turns stage 1 and caches on.
[[nodiscard]] auto turn_on () -> Code {
    return write_tables ()
        .set (1, 0x44ff)  // MAIR_EL1: Normal write-back, Normal non-cacheable
        .then ({msr (mair_el1, 1)})
        .set (1, 25 | 1U << 23 | 2ULL << 32)
        .then ({msr (tcr_el1, 1)})
        .set (1, tables)
        .then ({msr (ttbr0_el1, 1), isb})
        .set (1,
              0x30d0'0800 | sim::sctlr::mmu.mask () | sim::sctlr::data_cached.mask () | sim::sctlr::code_cached.mask ())
        .then ({msr (sctlr_el1, 1), isb});
}

/// Executes ADD X5, X5, #1 once, makes it #16 with @p maintenance behind that (X1 is its address), and executes it
/// again.
[[nodiscard]] auto patching (const Code &maintenance) -> Code {
    Code code          = turn_on ();
    const auto patched = RunningHost::code + 4 * (code.words ().size () + 4 + 4 + 4 + 4);
    code.set (1, patched)
        .set (2, add (5, 5, 16))
        .set (5, 0)
        .set (6, 0)
        .then ({
            add (5, 5, 1),  // the place
            cbz (6, 2),     // the first time on
            wfi,            // the second time to sleep
            add (6, 6, 1),
            str_w (2, 1),
        });
    code.then (maintenance);
    const auto back = static_cast<std::int32_t> ((patched - RunningHost::code) / 4) -
                      static_cast<std::int32_t> (code.words ().size ());
    return code.then ({b (back)});
}

constexpr Instruction old_code = add (5, 5, 1);
constexpr Instruction new_code = add (5, 5, 16);

/// What a round of a loop does, at three places: it stores new_code and cleans that to the point of unification, stores
/// last, and invalidates instructions.
struct Change {
    std::uint64_t stored;
    std::uint64_t cleaned;
    std::uint64_t invalidated;
    Instruction last;
};

constexpr std::uint64_t loop_start = RunningHost::code + 0x400;
constexpr Change no_change{data, data, data, old_code};

/// X5 after a loop of six rounds, which each begin with old_code, at loop_start. The fourth makes @p change, the others
/// none, and all execute @p always at their ends.
[[nodiscard]] auto executed_by_loop (const Change &change, Instruction always) -> std::uint64_t {
    constexpr std::uint64_t list = data + 0x2000;
    Code code                    = turn_on ().set (2, new_code).set (5, 0).set (8, list);
    while (code.words ().size () < (loop_start - RunningHost::code) / 4) {
        code.then ({nop});
    }
    code.then ({old_code,      ldr_w (7, 8),  add (8, 8, 4), ldr_w (9, 8),  add (8, 8, 4),
                ldr_w (10, 8), add (8, 8, 4), ldr_w (11, 8), add (8, 8, 4), cbz (7, 10),
                str_w (2, 7),  cvau (9),      dsb,           str_w (11, 7), ivau (10),
                dsb,           always,        isb,           b (-18),       wfi});
    RunningHost host{code, with_caches};
    std::uint64_t at = list;
    for (const Change &each : {no_change, no_change, no_change, change, no_change}) {
        for (const std::uint64_t word : {each.stored, each.cleaned, each.invalidated, std::uint64_t{each.last}}) {
            host.machine ().caches ()->store ({Pa{at}, 4, false}, word);
            at += 4;
        }
    }
    host.run ();
    return host.x (5);
}
}  // namespace

TEST (UnicornCache, code_without_stage_1_goes_past_caches) {
    RunningHost host{Code{}.set (1, data).then ({ldr_w (3, 1), civac (1), ldr_w (4, 1), wfi}), with_caches};
    host.machine ().caches ()->store ({Pa{data}, 8, false}, 1);
    host.machine ().caches ()->store ({Pa{data}, 8, true}, 2);

    host.run ();

    EXPECT_EQ (host.x (3), 1U);
    EXPECT_EQ (host.x (4), 2U);
}

TEST (UnicornCache, a_store_past_caches_is_hidden_by_a_line_that_they_hold) {
    RunningHost host{Code{}.set (1, data).set (2, 3).then ({str_w (2, 1), ldr_w (4, 1), wfi}), with_caches};
    host.machine ().caches ()->store ({Pa{data}, 8, true}, 2);

    host.run ();

    EXPECT_EQ (host.x (4), 3U);
    EXPECT_EQ (host.word (data), 2U);
    EXPECT_EQ (host.machine ().caches ()->load ({Pa{data}, 8, false}), 3U);
}

TEST (UnicornCache, what_a_mapping_says_decides) {
    RunningHost host{turn_on ()
                         .set (1, cached)
                         .set (2, uncached)
                         .set (3, 7)
                         .then ({str_w (3, 1), ldr_w (4, 1), ldr_w (5, 2), cvac (1), ldr_w (6, 2)})
                         .set (3, 9)
                         .then ({str_w (3, 2), ldr_w (7, 1), ldr_w (8, 2), civac (1), ldr_w (9, 1), wfi}),
                     with_caches};

    host.run ();

    EXPECT_EQ (host.x (4), 7U);
    EXPECT_EQ (host.x (5), 0U) << "it's only in the cache";
    EXPECT_EQ (host.x (6), 7U) << "it was cleaned";
    EXPECT_EQ (host.x (7), 7U) << "the cache has its line";
    EXPECT_EQ (host.x (8), 9U);
    EXPECT_EQ (host.x (9), 9U) << "it was invalidated";
}

TEST (UnicornCache, the_address_of_each_kind_of_load_and_store_is_known) {
    // Each stores 8 bytes of X3 past caches, to a line of its own that the cache holds.
    constexpr Instruction pre      = 0xf804'0c23;  // STR X3, [X1, #64]!
    constexpr Instruction post     = 0xf804'0423;  // STR X3, [X1], #64
    constexpr Instruction unscaled = 0xf800'8023;  // STUR X3, [X1, #8]
    constexpr Instruction offset   = 0xf900'2023;  // STR X3, [X1, #64]
    constexpr Instruction index    = 0xf822'7823;  // STR X3, [X1, X2, LSL #3]
    constexpr Instruction pair     = 0xa904'0c23;  // STP X3, X3, [X1, #64]
    constexpr Instruction vectors  = 0xad02'0020;  // STP Q0, Q0, [X1, #64]
    for (const Instruction store : {pre, post, unscaled, offset, index, pair, vectors}) {
        RunningHost host{turn_on ()
                             .set (1, 3U << 20)
                             .then ({msr (cpacr_el1, 1)})
                             .set (1, uncached)
                             .set (2, 8)
                             .set (3, ~0ULL)
                             .then ({0x4e08'0c60, store, wfi}),  // DUP V0.2D, X3
                         with_caches};
        auto &caches = *host.machine ().caches ();
        for (std::uint64_t line = 0; line < 4; ++line) {
            caches.store ({Pa{data + line * 64}, 8, true}, 1);
        }

        host.run ();

        std::uint64_t stored = 0;
        for (std::uint64_t at = data; at < data + 256; at += 8) {
            EXPECT_NE (host.word (at), ~0ULL) << std::hex << store;
            stored += caches.load ({Pa{at}, 8, false}) == ~0ULL ? 1 : 0;
        }
        EXPECT_EQ (stored, store == vectors ? 4U : store == pair ? 2U : 1U) << std::hex << store;
    }
}

TEST (UnicornCache, a_line_is_zeroed_where_the_mapping_says) {
    RunningHost host{turn_on ().set (1, uncached + 8).then ({zva (1), wfi}), with_caches};
    auto &caches = *host.machine ().caches ();
    caches.store ({Pa{data}, 8, false}, 5);
    caches.store ({Pa{data}, 8, true}, 6);

    host.run ();

    EXPECT_EQ (host.word (data), 6U);
    EXPECT_EQ (caches.load ({Pa{data}, 8, false}), 0U);
}

TEST (UnicornCache, old_instructions_are_executed_until_both_caches_are_maintained) {
    const auto executed = [] (const Code &maintenance) {
        RunningHost host{patching (maintenance), with_caches};
        host.run ();
        return host.x (5);
    };
    EXPECT_EQ (executed (Code{}), 2U);
    EXPECT_EQ (executed (Code{cvau (1), dsb, isb}), 2U) << "the instruction cache has the line";
    EXPECT_EQ (executed (Code{ivau (1), dsb, isb}), 2U) << "the new one hasn't got to the point of unification";
    EXPECT_EQ (executed (Code{cvau (1), dsb, ivau (1), dsb, isb}), 17U);
    EXPECT_EQ (executed (Code{cvau (1), dsb, iallu_is, dsb, isb}), 17U);
}

TEST (UnicornCache, a_loop_is_fetched_anew_when_something_has_changed) {
    constexpr auto here = loop_start;
    EXPECT_EQ (executed_by_loop (no_change, nop), 6U);
    EXPECT_EQ (executed_by_loop ({here, data, data, new_code}, nop), 6U) << "RAM alone has the new one";
    EXPECT_EQ (executed_by_loop ({here, here, data, old_code}, nop), 6U) << "the instruction cache has the line";
    EXPECT_EQ (executed_by_loop ({here, here, here, old_code}, nop), 4U + 2U * 16U)
        << "RAM has the old one, but the point of unification, from where it's fetched, the new one";
    EXPECT_EQ (executed_by_loop ({here, here, data, old_code}, iallu_is), 4U + 2U * 16U);
}

TEST (UnicornCache, without_caches_new_instructions_are_executed_at_once) {
    RunningHost host{patching (Code{isb})};
    host.run ();
    EXPECT_EQ (host.x (5), 17U);
}

TEST (UnicornCache, maintained_code_is_right_whenever_lines_leave) {
    RunningHost host{patching (Code{cvau (1), dsb, ivau (1), dsb, isb}), {.caches = sim::Eviction::seeded}};
    host.run ();
    EXPECT_EQ (host.x (5), 17U);
}

}  // namespace ravelin::test

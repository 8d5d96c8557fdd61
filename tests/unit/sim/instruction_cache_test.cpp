// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/instruction_cache.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {

namespace {
constexpr Pa first{0x4000'0000};

/// Fetches a line, which memory has filled with @p value.
[[nodiscard]] auto fetch (InstructionCache &cache, Pa line, unsigned value) -> unsigned {
    const auto fill = [value] {
        LineBytes bytes{};
        bytes.fill (static_cast<std::byte> (value));
        return bytes;
    };
    return std::to_integer<unsigned> (cache.fetch (line, fill)[0]);
}
}  // namespace

TEST (InstructionCache, keeps_what_it_has_fetched) {
    InstructionCache cache{1};
    EXPECT_EQ (fetch (cache, first, 1), 1U);
    EXPECT_EQ (fetch (cache, first, 2), 1U);
}

TEST (InstructionCache, forgets_one_line_and_keeps_the_others) {
    InstructionCache cache{1};
    for (unsigned i = 0; i < 3; ++i) {
        EXPECT_EQ (fetch (cache, first + i * cache_line_size, 1), 1U);
    }

    cache.invalidate (first);
    cache.invalidate (first + 100 * cache_line_size);

    EXPECT_EQ (fetch (cache, first, 2), 2U);
    EXPECT_EQ (fetch (cache, first + cache_line_size, 2), 1U);
    EXPECT_EQ (fetch (cache, first + 2 * cache_line_size, 2), 1U);
}

TEST (InstructionCache, forgets_everything) {
    InstructionCache cache{1};
    EXPECT_EQ (fetch (cache, first, 1), 1U);
    cache.invalidate_all ();
    EXPECT_EQ (fetch (cache, first, 2), 2U);
}

TEST (InstructionCache, has_room_for_so_many_lines) {
    InstructionCache cache{1};
    for (std::uint64_t i = 0; i <= InstructionCache::capacity; ++i) {
        EXPECT_EQ (fetch (cache, first + i * cache_line_size, 1), 1U);
    }
    unsigned forgotten = 0;
    for (std::uint64_t i = 0; i < InstructionCache::capacity; ++i) {
        forgotten += fetch (cache, first + i * cache_line_size, 2) == 2 ? 1 : 0;
    }
    EXPECT_GE (forgotten, 1U);
}

}  // namespace ravelin::sim

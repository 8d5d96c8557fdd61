// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/data_cache.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <vector>

namespace ravelin::sim {

namespace {
/// Lines of RAM, and one word in them.
class DataCacheTest : public testing::Test {
  protected:
    static constexpr Pa line{0x4000'0040};
    static constexpr Pa word = line + 8;

    DataCacheTest () { bus.add_ram ({Pa{0x4000'0000}, 4 * DataCache::capacity * cache_line_size}); }

    /// A store and a load through the cache, and past it.
    void store (std::uint64_t value, Pa pa = word) {
        cache.write ({pa, 8});
        ASSERT_TRUE (bus.write (CpuIndex{0}, pa, 8, value));
    }
    [[nodiscard]] auto load (Pa pa = word) -> std::uint64_t {
        cache.read ({pa, 8});
        return bus.read (CpuIndex{0}, pa, 8).value ();
    }
    void store_past (std::uint64_t value) { cache.write_memory (word, std::as_bytes (std::span{&value, 1})); }
    [[nodiscard]] auto load_past (Pa pa = word) -> std::uint64_t {
        std::uint64_t value = 0;
        cache.read_memory (pa, std::as_writable_bytes (std::span{&value, 1}));
        return value;
    }

    [[nodiscard]] auto at_unification () -> std::uint64_t {
        std::uint64_t value = 0;
        std::memcpy (&value, &cache.at_unification (line).at (word - line), sizeof value);
        return value;
    }

    Bus bus;
    DataCache cache{bus, Eviction::never, 1};
};
}  // namespace

TEST_F (DataCacheTest, a_store_stays_in_the_cache_until_it_is_cleaned) {
    store (1);
    EXPECT_EQ (load (), 1U);
    EXPECT_EQ (load_past (), 0U);

    cache.clean (line);
    EXPECT_EQ (load_past (), 1U);
    EXPECT_TRUE (cache.has (line));
}

TEST_F (DataCacheTest, a_store_that_is_invalidated_is_lost) {
    store (1);
    cache.clean (line);
    store (2);

    cache.invalidate (line);

    EXPECT_EQ (load (), 1U);
    EXPECT_EQ (load_past (), 1U);
}

TEST_F (DataCacheTest, a_store_past_it_is_not_seen_through_a_line_that_it_holds) {
    EXPECT_EQ (load (), 0U);
    store_past (5);
    EXPECT_EQ (load (), 0U);
    EXPECT_EQ (load_past (), 5U);

    cache.clean (line);
    EXPECT_EQ (load_past (), 5U) << "a clean line isn't written back";
    cache.invalidate (line);
    EXPECT_EQ (load (), 5U);
}

TEST_F (DataCacheTest, a_store_past_it_is_seen_where_it_holds_nothing) {
    store_past (5);
    EXPECT_EQ (load (), 5U);
}

TEST_F (DataCacheTest, a_dirty_line_that_is_evicted_lands_on_what_was_stored_past_it) {
    store (1);
    store_past (5);

    cache.evict (line);

    EXPECT_EQ (load_past (), 1U);
    EXPECT_EQ (load (), 1U);
}

TEST_F (DataCacheTest, the_rest_of_a_line_goes_with_it) {
    store (1, line);
    store_past (5);

    cache.clean (line);

    EXPECT_EQ (load_past (), 0U) << "what the line held there when it was filled";
}

TEST_F (DataCacheTest, the_point_of_unification_has_what_was_cleaned_so_far) {
    store (1);
    EXPECT_EQ (at_unification (), 0U);

    cache.clean_to_unification (line);
    EXPECT_EQ (at_unification (), 1U);
    EXPECT_EQ (load_past (), 0U);

    store (2);
    EXPECT_EQ (at_unification (), 1U);
    cache.clean (line);
    EXPECT_EQ (at_unification (), 2U);
    EXPECT_EQ (load_past (), 2U);
}

TEST_F (DataCacheTest, what_is_written_by_a_reference_after_a_clean_is_not_lost) {
    store (1);
    cache.clean (line);
    ASSERT_TRUE (bus.write (CpuIndex{0}, word, 8, 2));

    cache.invalidate (line);

    EXPECT_EQ (load (), 2U);
    EXPECT_EQ (load_past (), 2U);
}

TEST_F (DataCacheTest, speculation_fills_a_line_that_hides_what_is_stored_past_it) {
    cache.allocate (line);
    store_past (5);
    EXPECT_EQ (load (), 0U);
}

TEST_F (DataCacheTest, where_there_is_no_ram_there_is_no_line) {
    const Pa nowhere{0x1000};
    cache.read ({nowhere, 8});
    cache.write ({nowhere, 8});
    EXPECT_FALSE (cache.has (nowhere));
}

TEST_F (DataCacheTest, holds_at_first_what_memory_never_had) {
    constexpr auto rubbish = [] {
        LineBytes bytes{};
        bytes.fill (std::byte{0xab});
        return bytes;
    }();
    store_past (7);

    cache.hold (line, rubbish, false);
    EXPECT_EQ (load (), 0xabab'abab'abab'ababU);
    EXPECT_EQ (load_past (), 7U);
    cache.evict (line);
    EXPECT_EQ (load (), 7U) << "a stale line only goes";

    cache.hold (line, rubbish, true);
    EXPECT_EQ (load_past (), 7U);
    EXPECT_EQ (at_unification (), 7U);
    cache.invalidate (line);
    EXPECT_EQ (load (), 7U) << "who drops it in time sees nothing of it";

    cache.hold (line, rubbish, true);
    cache.evict (line);
    EXPECT_EQ (load_past (), 0xabab'abab'abab'ababU) << "a dirty one lands on memory";
}

TEST_F (DataCacheTest, has_room_for_so_many_lines) {
    for (std::uint64_t i = 0; i < 2 * DataCache::capacity; ++i) {
        store (i + 1, line + i * cache_line_size);
    }

    std::uint64_t held = 0;
    for (std::uint64_t i = 0; i < 2 * DataCache::capacity; ++i) {
        const Pa each = line + i * cache_line_size;
        held += cache.has (each) ? 1 : 0;
        EXPECT_EQ (load_past (each), cache.has (each) ? 0 : i + 1);
    }
    EXPECT_EQ (held, DataCache::capacity);
}

TEST_F (DataCacheTest, eviction_at_once_is_no_cache_at_all) {
    DataCache none{bus, Eviction::at_once, 1};
    none.write ({word, 8});
    none.read ({word, 8});
    EXPECT_FALSE (none.has (line));
}

TEST_F (DataCacheTest, seeded_eviction_is_the_same_for_the_same_seed_and_happens) {
    const auto holds = [this] (std::uint64_t seed) {
        DataCache some{bus, Eviction::seeded, seed};
        std::vector<bool> result (256);
        for (std::uint64_t i = 0; i < 256; ++i) {
            some.write ({line + i * cache_line_size, 8});
        }
        for (std::uint64_t i = 0; i < 256; ++i) {
            result[i] = some.is_dirty (line + i * cache_line_size);
        }
        return result;
    };
    const auto once = holds (7);
    EXPECT_EQ (once, holds (7));
    EXPECT_NE (once, holds (8));
    EXPECT_NE (once, std::vector<bool> (256, true));
}

}  // namespace ravelin::sim

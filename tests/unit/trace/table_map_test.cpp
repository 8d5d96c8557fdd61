// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/mem/descriptor.hpp"
#include "sim/trace/table_map.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim::trace {
namespace {

constexpr Pa root{0x4000'0000};
constexpr Pa middle{0x4000'2000};
constexpr Pa last{0x4000'3000};
constexpr std::uint64_t vttbr = 5ULL << 48 | root.value ();

/// Entry 1 of the root leads to a table, whose entry 2 leads to another.
class TableMapTest : public testing::Test {
  protected:
    TableMapTest () {
        bus.add_ram ({root, 16 * page_size});
        put (root + 8, descriptor::table (middle));
        put (middle + 16, descriptor::table (last));
    }

    void put (Pa pa, std::uint64_t value) { ASSERT_TRUE (bus.write (CpuIndex{0}, pa, 8, value)); }

    /// As EL2 does it: the map is told before it has an effect.
    void store (Pa pa, std::uint64_t value) {
        map.store (pa, bus.read (CpuIndex{0}, pa, 8).value (), value);
        put (pa, value);
    }

    Bus bus;
    TableMap map{bus};
};

TEST_F (TableMapTest, knows_nothing_that_no_root_leads_to) {
    EXPECT_FALSE (map.find (last).has_value ());
}

TEST_F (TableMapTest, knows_what_each_descriptor_translates) {
    map.use (vttbr);
    const auto place = map.find (last + 3 * 8);
    ASSERT_TRUE (place.has_value ());
    EXPECT_EQ (place->vmid, 5U);
    EXPECT_EQ (place->level, 3U);
    EXPECT_EQ (place->ipa, Ipa{(1ULL << 30) + 2 * (2ULL << 20) + 3 * page_size});
    // The second page of the root goes on where the first ends.
    EXPECT_EQ (map.find (root + page_size)->ipa, Ipa{512ULL << 30});
}

TEST_F (TableMapTest, learns_and_forgets_tables_with_the_entries_that_lead_there) {
    map.use (vttbr);
    store (middle + 16, 0);
    EXPECT_FALSE (map.find (last).has_value ());
    store (middle + 24, descriptor::table (last));
    EXPECT_EQ (map.find (last)->ipa, Ipa{(1ULL << 30) + 3 * (2ULL << 20)});
    store (root + 8, 0);
    EXPECT_FALSE (map.find (middle).has_value ());
    EXPECT_FALSE (map.find (last).has_value ());
}

TEST_F (TableMapTest, forgets_what_becomes_something_else) {
    map.use (vttbr);
    map.fill ({last, page_size});
    EXPECT_FALSE (map.find (last).has_value ());
    EXPECT_TRUE (map.find (middle).has_value ());
}

TEST_F (TableMapTest, forgets_the_tables_of_a_root_that_another_replaces) {
    map.use (vttbr);
    map.use (5ULL << 48 | (root + 8 * page_size).value ());
    EXPECT_FALSE (map.find (root).has_value ());
    EXPECT_FALSE (map.find (last).has_value ());
    EXPECT_EQ (map.find (root + 8 * page_size)->level, 1U);
}

}  // namespace
}  // namespace ravelin::sim::trace

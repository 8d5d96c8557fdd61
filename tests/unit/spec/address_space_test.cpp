// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/address_space.hpp"

#include <gtest/gtest.h>
#include <random>

namespace ravelin::spec::test {
namespace {

constexpr PageNumber block = RAVELIN_BLOCK_PAGES;

/// Tables, counted by looking at everything.
auto count_tables (const std::map<PageNumber, Mapping> &mappings) -> std::uint64_t {
    std::map<std::uint64_t, std::vector<std::pair<PageNumber, Mapping>>> regions;
    std::map<std::uint64_t, int> gigabytes;
    for (const auto &[ipa, mapping] : mappings) {
        regions[ipa / block].emplace_back (ipa, mapping);
        gigabytes[ipa / block / 512] = 1;
    }
    std::uint64_t tables = gigabytes.size ();
    for (const auto &[number, pages] : regions) {
        const Mapping head = pages.front ().second;
        bool whole         = pages.size () == block && head.pa % block == 0;
        for (const auto &[ipa, mapping] : pages) {
            whole = whole && mapping.pa == head.pa + ipa % block && mapping.writable == head.writable;
        }
        tables += whole ? 0 : 1;
    }
    return tables;
}

TEST (SpecAddressSpace, counts_tables_as_one_who_looks_at_all_of_it) {
    std::mt19937 random{1};
    AddressSpace space;
    std::map<PageNumber, Mapping> mappings;
    const auto map = [&] (PageNumber ipa, PageNumber pa, bool writable) {
        space.map (ipa, pa, writable);
        mappings[ipa] = Mapping{pa, writable, true};
    };
    unsigned blocks_seen = 0;
    for (unsigned round = 0; round < 3000; ++round) {
        const PageNumber region = (random () % 2) * 512 * block + (random () % 2) * block;
        const PageNumber page   = region + random () % block;
        switch (random () % 5) {
        case 0:
            for (PageNumber i = 0; i < block; ++i) {
                map (region + i, 7 * block + i, true);
            }
            break;
        case 1:  map (page, 7 * block + page % block, true); break;
        case 2:  map (page, 7 * block + page % block, random () % 2 == 0); break;
        case 3:  map (page, random () % 9999, true); break;
        default: space.unmap (page); mappings.erase (page);
        }
        ASSERT_EQ (space.tables (), count_tables (mappings)) << round;
        ASSERT_EQ (space.mapped (), mappings.size ());
        blocks_seen += space.region (region) != nullptr && space.region (region)->is_block () ? 1 : 0;
    }
    EXPECT_GT (blocks_seen, 100);
}

TEST (SpecAddressSpace, visits_what_is_mapped_upwards) {
    AddressSpace space;
    space.map (block * 9, 1, true);
    space.map (3, 2, false);
    std::vector<PageNumber> visited;
    space.for_each ([&] (PageNumber ipa, const Mapping &) { visited.push_back (ipa); });
    EXPECT_EQ (visited, (std::vector<PageNumber>{3, block * 9}));
}

TEST (SpecAddressSpace, is_as_it_was_when_all_is_unmapped) {
    AddressSpace space;
    for (PageNumber i = 0; i < block; ++i) {
        space.map (i, i, true);
    }
    for (PageNumber i = 0; i < block; ++i) {
        space.unmap (i);
    }
    EXPECT_TRUE (space == AddressSpace{});
    EXPECT_TRUE (AddressSpace{} == space);
    EXPECT_EQ (space.region (0), nullptr);
}

TEST (SpecAddressSpace, differs_by_a_page_or_a_permission) {
    AddressSpace one;
    AddressSpace other;
    one.map (5, 1, true);
    EXPECT_FALSE (one == other);
    EXPECT_FALSE (other == one);
    other.map (5, 1, false);
    EXPECT_FALSE (one == other);
    other.map (5, 1, true);
    EXPECT_TRUE (one == other);
    other.unmap (5);
    other.map (block + 5, 1, true);
    EXPECT_FALSE (one == other);
}

}  // namespace
}  // namespace ravelin::spec::test

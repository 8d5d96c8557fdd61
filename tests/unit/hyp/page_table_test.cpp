// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/vm_calls.h"
#include "hyp/mem/page_table.hpp"
#include "hyp/mem/tlb_batch.hpp"
#include "sim/machine/machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using Table = PageTable<HostStage2Format>;

constexpr std::uint64_t gibibyte = 1ULL << 30;

class PageTableTest : public testing::Test {
  protected:
    static constexpr Pa pool_start{0x4000'0000};

    PageTableTest () {
        EXPECT_TRUE (cpu.reach (PaRange{pool_start, 64 * page_size}, hal::Reach::memory));
        pool  = PagePool{PaRange{pool_start, 64 * page_size}};
        table = Table{pool.allocate_aligned (cpu, Table::root_pages).value ()};
    }

    /// Pages that the pool has given away so far.
    [[nodiscard]] auto pages_used () -> std::uint64_t {
        auto copy = pool;
        return (copy.allocate (cpu).value () - pool_start) / page_size;
    }

    [[nodiscard]] auto map (std::uint64_t ipa, std::uint64_t size, std::uint64_t pa) -> Result<void> {
        return table.map (cpu, pool, {Ipa{ipa}, size}, Pa{pa}, Table::Kind::memory);
    }

    sim::Machine machine{sim::BoardName::virt, {}};
    hal::Cpu &cpu{machine.cpu (0U).hal ()};
    PagePool pool{PaRange{pool_start, 0}};
    Table table{Pa{}};
};
}  // namespace

static_assert (Table::root_pages == 2, "40 bits of IPA from level 1 are two concatenated tables");
static_assert (PageTable<El2Stage1Format>::root_pages == 1);

TEST_F (PageTableTest, leads_nowhere_when_nothing_is_mapped) {
    EXPECT_EQ (table.translate (cpu, Ipa{0x4000'0000}), std::nullopt);
}

TEST_F (PageTableTest, leads_nowhere_beyond_its_width) {
    ASSERT_TRUE (map (gibibyte, gibibyte, 4 * gibibyte));
    EXPECT_EQ (table.translate (cpu, Ipa{(1ULL << 40) + gibibyte}), std::nullopt);
}

TEST_F (PageTableTest, maps_a_gibibyte_with_one_entry) {
    ASSERT_TRUE (map (gibibyte, gibibyte, 4 * gibibyte));

    EXPECT_EQ (pages_used (), Table::root_pages);
    EXPECT_EQ (table.translate (cpu, Ipa{gibibyte + 0x1234}), Pa{4 * gibibyte + 0x1234});
}

TEST_F (PageTableTest, maps_two_mebibytes_with_one_table) {
    ASSERT_TRUE (map (block_size, block_size, 3 * block_size));

    EXPECT_EQ (pages_used (), Table::root_pages + 1);
    EXPECT_EQ (table.translate (cpu, Ipa{2 * block_size - 1}), Pa{4 * block_size - 1});
    EXPECT_EQ (table.translate (cpu, Ipa{2 * block_size}), std::nullopt);
}

TEST_F (PageTableTest, maps_a_page_with_two_tables) {
    ASSERT_TRUE (map (5 * page_size, page_size, 9 * page_size));

    EXPECT_EQ (pages_used (), Table::root_pages + 2);
    EXPECT_EQ (table.translate (cpu, Ipa{5 * page_size + 8}), Pa{9 * page_size + 8});
    EXPECT_EQ (table.translate (cpu, Ipa{4 * page_size}), std::nullopt);
    EXPECT_EQ (table.translate (cpu, Ipa{6 * page_size}), std::nullopt);
}

TEST_F (PageTableTest, uses_blocks_only_where_input_and_output_are_aligned) {
    ASSERT_TRUE (map (block_size, block_size, block_size + page_size));

    EXPECT_EQ (pages_used (), Table::root_pages + 2);
    EXPECT_EQ (table.translate (cpu, Ipa{block_size}), Pa{block_size + page_size});
}

TEST_F (PageTableTest, starts_with_pages_and_goes_on_with_blocks) {
    ASSERT_TRUE (map (block_size - page_size, page_size + 2 * block_size, block_size - page_size));

    EXPECT_EQ (pages_used (), Table::root_pages + 2);
    EXPECT_EQ (table.translate (cpu, Ipa{block_size - 1}), Pa{block_size - 1});
    EXPECT_EQ (table.translate (cpu, Ipa{3 * block_size - 1}), Pa{3 * block_size - 1});
}

TEST_F (PageTableTest, reaches_the_last_byte_of_the_second_concatenated_table) {
    constexpr std::uint64_t end = 1ULL << 40;
    ASSERT_TRUE (map (end - gibibyte, gibibyte, gibibyte));

    EXPECT_EQ (table.translate (cpu, Ipa{end - 1}), Pa{2 * gibibyte - 1});
}

TEST_F (PageTableTest, refuses_what_is_out_of_range) {
    EXPECT_EQ (map ((1ULL << 40) - page_size, 2 * page_size, 0).error (), Status::invalid);
}

TEST_F (PageTableTest, accepts_the_same_mapping_again) {
    ASSERT_TRUE (map (0, 3 * block_size + page_size, 0));
    EXPECT_TRUE (map (0, 3 * block_size + page_size, 0));
    EXPECT_TRUE (map (page_size, page_size, page_size)) << "a page inside a block that maps it already";
}

TEST_F (PageTableTest, refuses_to_replace_a_page) {
    ASSERT_TRUE (map (page_size, page_size, page_size));
    EXPECT_EQ (map (page_size, page_size, 0).error (), Status::exists);
    EXPECT_EQ (table.translate (cpu, Ipa{page_size}), Pa{page_size});
}

TEST_F (PageTableTest, refuses_to_replace_a_block) {
    ASSERT_TRUE (map (block_size, block_size, block_size));
    EXPECT_EQ (map (block_size, block_size, 0).error (), Status::exists);
    EXPECT_EQ (table.map (cpu, pool, {Ipa{block_size}, page_size}, Pa{block_size}, Table::Kind::device).error (),
               Status::exists);
}

TEST_F (PageTableTest, fills_up_a_block_that_has_pages_already) {
    ASSERT_TRUE (map (page_size, page_size, page_size));
    ASSERT_TRUE (map (0, block_size, 0));
    EXPECT_EQ (table.translate (cpu, Ipa{block_size - 1}), Pa{block_size - 1});
}

TEST_F (PageTableTest, says_when_the_pool_is_used_up) {
    pool = PagePool{PaRange{pool_start + 32 * page_size, page_size}};
    EXPECT_EQ (map (page_size, page_size, 0).error (), Status::no_memory);
}

TEST_F (PageTableTest, a_new_table_is_empty_whatever_was_in_its_page) {
    for (std::uint64_t offset = 0; offset < 8 * page_size; offset += 8) {
        cpu.store<std::uint64_t> (pool_start + 8 * page_size + offset, ~0ULL);
    }
    pool = PagePool{PaRange{pool_start + 8 * page_size, 8 * page_size}};
    ASSERT_TRUE (map (page_size, page_size, page_size));
    EXPECT_EQ (table.translate (cpu, Ipa{2 * page_size}), std::nullopt);
}

TEST_F (PageTableTest, block_of_which_a_page_goes_needs_a_page_for_the_table) {
    ASSERT_TRUE (map (block_size, block_size, block_size));
    PagePool empty;
    TlbBatch tlb{table.root ().value (), empty};
    EXPECT_EQ (table.unmap (cpu, empty, tlb, {Ipa{block_size}, page_size}).error (), Status::no_memory);
    EXPECT_EQ (table.translate (cpu, Ipa{block_size}), Pa{block_size});
}

TEST_F (PageTableTest, pages_that_lead_to_the_middle_of_a_block_are_not_joined) {
    ASSERT_TRUE (map (block_size, block_size, block_size + page_size));
    TlbBatch tlb{table.root ().value (), pool};
    table.join (cpu, tlb, Ipa{block_size});
    EXPECT_EQ (table.find (cpu, Ipa{block_size}).bytes (), page_size);
}

TEST_F (PageTableTest, pages_of_which_any_leads_elsewhere_are_not_joined) {
    for (const std::uint64_t odd : {0U, 1U, 2U, 256U, 510U, 511U}) {
        const auto start = (odd + 1) * block_size;
        for (std::uint64_t i = 0; i < RAVELIN_BLOCK_PAGES; ++i) {
            ASSERT_TRUE (map (start + i * page_size, page_size, i == odd ? gibibyte : start + i * page_size));
        }
        TlbBatch tlb{table.root ().value (), pool};
        table.join (cpu, tlb, Ipa{start});
        EXPECT_EQ (table.translate (cpu, Ipa{start + odd * page_size}), Pa{gibibyte}) << odd;
        EXPECT_EQ (table.find (cpu, Ipa{start}).bytes (), page_size) << odd;
    }
}

TEST_F (PageTableTest, gibibyte_of_which_a_part_is_pages_is_not_joined) {
    ASSERT_TRUE (map (0, block_size, page_size));
    ASSERT_TRUE (map (block_size + page_size, block_size - page_size, block_size + page_size));
    ASSERT_TRUE (map (block_size, page_size, block_size));
    ASSERT_TRUE (map (2 * block_size, gibibyte - 2 * block_size, 2 * block_size));
    TlbBatch tlb{table.root ().value (), pool};
    table.join (cpu, tlb, Ipa{block_size});
    EXPECT_EQ (table.find (cpu, Ipa{block_size}).bytes (), block_size);
    EXPECT_EQ (table.find (cpu, Ipa{0}).bytes (), page_size);
}

TEST_F (PageTableTest, tables_come_back_however_many_become_empty_at_once) {
    const auto before = pool.available ();
    for (std::uint64_t i = 0; i < 12; ++i) {
        ASSERT_TRUE (map (i * block_size, page_size, i * page_size));
    }
    ASSERT_TRUE (map (block_size + page_size, 100 * page_size, block_size));
    TlbBatch tlb{table.root ().value (), pool};
    ASSERT_TRUE (table.unmap (cpu, pool, tlb, {Ipa{0}, 12 * block_size}));
    tlb.complete (cpu);
    EXPECT_EQ (pool.available (), before);
    EXPECT_EQ (table.translate (cpu, Ipa{11 * block_size}), std::nullopt);
}

TEST_F (PageTableTest, as_many_bytes_as_a_block_are_none_inside_two) {
    EXPECT_EQ (table.tables_to_map (cpu, {Ipa{block_size}, block_size}), 1U);
    EXPECT_EQ (table.tables_to_map (cpu, {Ipa{page_size}, block_size}), 3U);
}

TEST (PagePool, aligns_groups_of_pages_to_their_size) {
    sim::Machine machine{sim::BoardName::virt, {}};
    hal::Cpu &cpu = machine.cpu (0U).hal ();
    const PaRange pages{Pa{0x4000'0000}, 4 * page_size};
    ASSERT_TRUE (cpu.reach (pages, hal::Reach::memory));

    PagePool pool{pages};
    EXPECT_EQ (pool.allocate (cpu), Pa{0x4000'0000});
    EXPECT_EQ (pool.allocate_aligned (cpu, 2), Pa{0x4000'2000});
    EXPECT_EQ (pool.allocate (cpu).error (), Status::no_memory);
}

}  // namespace ravelin

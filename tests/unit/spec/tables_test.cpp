// SPDX-License-Identifier: BSD-2-Clause
// When a VM runs out of pages for its translation tables.
#include "tests/unit/spec/small_host.hpp"

namespace ravelin::spec::test {
namespace {

class SpecTables : public SmallHost {
  protected:
    void top_up (std::uint64_t pages) {
        EXPECT_EQ (call ({RAVELIN_VM_TOP_UP, vm, new_page (pages), pages}), RAVELIN_SUCCESS);
    }

    auto unmap (std::uint64_t ipa, std::uint64_t pages) -> std::int64_t {
        return call ({RAVELIN_VM_UNMAP, vm, ipa, pages});
    }

    auto protect (std::uint64_t ipa, std::uint64_t pages, std::uint64_t permission) -> std::int64_t {
        return call ({RAVELIN_VM_PROTECT, vm, ipa, pages, permission});
    }

    Handle vm{new_vm (plain)};  // has one page for tables
};

TEST_F (SpecTables, a_first_page_takes_two) {
    EXPECT_EQ (lend (vm, vm_ram, new_page ()), RAVELIN_NO_MEMORY);
    top_up (1);
    EXPECT_EQ (lend (vm, vm_ram, new_page ()), RAVELIN_SUCCESS);
    EXPECT_EQ (free_tables (vm), 0);
    EXPECT_EQ (lend (vm, vm_ram + page_bytes, new_page ()), RAVELIN_SUCCESS) << "the next takes none";
    EXPECT_EQ (lend (vm, vm_ram + block_bytes, new_page ()), RAVELIN_NO_MEMORY);
}

TEST_F (SpecTables, a_protected_vms_first_page_takes_two_as_well) {
    vm = new_vm (protected_one);
    EXPECT_EQ (donate (vm, vm_ram, new_page ()), RAVELIN_NO_MEMORY);
    EXPECT_EQ (donate (vm, vm_ram, blocks, 512), RAVELIN_SUCCESS);
}

TEST_F (SpecTables, a_block_takes_one_and_its_neighbour_none) {
    EXPECT_EQ (lend (vm, vm_ram, blocks, 512), RAVELIN_SUCCESS);
    EXPECT_EQ (free_tables (vm), 0);
    EXPECT_EQ (lend (vm, vm_ram + block_bytes, blocks, 512), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (vm, vm_ram + gigabyte, blocks, 512), RAVELIN_NO_MEMORY) << "in another gigabyte";
    EXPECT_EQ (lend (vm, vm_ram + gigabyte - block_bytes, blocks, 512), RAVELIN_SUCCESS);
}

TEST_F (SpecTables, pages_on_both_sides_of_a_gigabyte_take_four) {
    top_up (2);
    const std::uint64_t pa = new_page (2);
    EXPECT_EQ (lend (vm, vm_ram + gigabyte - page_bytes, pa, 2), RAVELIN_NO_MEMORY);
    top_up (1);
    EXPECT_EQ (lend (vm, vm_ram + gigabyte - page_bytes, pa, 2), RAVELIN_SUCCESS);
    EXPECT_EQ (free_tables (vm), 0);
}

TEST_F (SpecTables, what_is_there_already_is_said_first) {
    EXPECT_EQ (lend (vm, vm_ram, blocks, 512), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (vm, vm_ram + block_bytes - page_bytes, new_page (2), 2), RAVELIN_EXISTS);
}

TEST_F (SpecTables, tables_that_become_empty_come_back) {
    top_up (1);
    EXPECT_EQ (lend (vm, vm_ram, new_page ()), RAVELIN_SUCCESS);
    EXPECT_EQ (unmap (vm_ram, 1), RAVELIN_SUCCESS);
    EXPECT_EQ (free_tables (vm), 2);
}

TEST_F (SpecTables, eight_batches_become_a_block_when_the_last_comes) {
    top_up (1);
    for (std::uint64_t i = 0; i < 8; ++i) {
        EXPECT_EQ (free_tables (vm), i == 0 ? 2 : 0);
        const std::uint64_t offset = i * 64 * page_bytes;
        EXPECT_EQ (lend (vm, vm_ram + offset, blocks + offset, 64), RAVELIN_SUCCESS);
    }
    EXPECT_EQ (free_tables (vm), 1);
}

TEST_F (SpecTables, pages_that_are_contiguous_but_not_aligned_stay_pages) {
    top_up (1);
    for (std::uint64_t i = 0; i < 8; ++i) {
        const std::uint64_t offset = i * 64 * page_bytes;
        EXPECT_EQ (lend (vm, vm_ram + offset, blocks + page_bytes + offset, 64), RAVELIN_SUCCESS);
    }
    EXPECT_EQ (free_tables (vm), 0);
}

TEST_F (SpecTables, unmapping_part_of_a_block_takes_one) {
    EXPECT_EQ (lend (vm, vm_ram, blocks, 512), RAVELIN_SUCCESS);
    EXPECT_EQ (unmap (vm_ram, 1), RAVELIN_NO_MEMORY);
    top_up (1);
    EXPECT_EQ (unmap (vm_ram, 1), RAVELIN_SUCCESS);
    EXPECT_EQ (free_tables (vm), 0);
    EXPECT_EQ (unmap (vm_ram + page_bytes, 1), RAVELIN_SUCCESS) << "it is split already";
    EXPECT_EQ (lend (vm, vm_ram, blocks, 2), RAVELIN_SUCCESS);
    EXPECT_EQ (free_tables (vm), 1) << "it is a block again";
}

TEST_F (SpecTables, unmapping_parts_of_two_blocks_takes_two) {
    EXPECT_EQ (lend (vm, vm_ram, blocks, 512), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (vm, vm_ram + block_bytes, blocks, 512), RAVELIN_SUCCESS);
    top_up (1);
    EXPECT_EQ (unmap (vm_ram + block_bytes - page_bytes, 2), RAVELIN_NO_MEMORY);
    top_up (1);
    EXPECT_EQ (unmap (vm_ram + block_bytes - page_bytes, 2), RAVELIN_SUCCESS);
}

TEST_F (SpecTables, a_table_that_a_call_empties_is_no_help_to_the_same_call) {
    top_up (1);
    EXPECT_EQ (lend (vm, vm_ram + block_bytes, blocks, 512), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (vm, vm_ram + block_bytes - page_bytes, new_page ()), RAVELIN_SUCCESS);
    EXPECT_EQ (free_tables (vm), 0);
    EXPECT_EQ (unmap (vm_ram + block_bytes - page_bytes, 2), RAVELIN_NO_MEMORY);
}

TEST_F (SpecTables, unmapping_a_whole_block_takes_none) {
    EXPECT_EQ (lend (vm, vm_ram, blocks, 512), RAVELIN_SUCCESS);
    EXPECT_EQ (unmap (vm_ram, 512), RAVELIN_SUCCESS);
    EXPECT_EQ (free_tables (vm), 1);
    EXPECT_EQ (page (blocks).loans, 0);
}

TEST_F (SpecTables, protecting_part_of_a_block_takes_one_unless_it_is_so_already) {
    EXPECT_EQ (lend (vm, vm_ram, blocks, 512), RAVELIN_SUCCESS);
    EXPECT_EQ (protect (vm_ram, 1, RAVELIN_WRITABLE), RAVELIN_SUCCESS);
    EXPECT_EQ (protect (vm_ram, 1, 0), RAVELIN_NO_MEMORY);
    EXPECT_EQ (protect (vm_ram, 512, 0), RAVELIN_SUCCESS) << "a whole block";
    EXPECT_EQ (protect (vm_ram, 1, RAVELIN_WRITABLE), RAVELIN_NO_MEMORY);
    top_up (1);
    EXPECT_EQ (protect (vm_ram + 5 * page_bytes, 64, RAVELIN_WRITABLE), RAVELIN_SUCCESS);
    EXPECT_EQ (free_tables (vm), 0);
    EXPECT_EQ (protect (vm_ram, 512, RAVELIN_WRITABLE), RAVELIN_SUCCESS);
    EXPECT_EQ (free_tables (vm), 1) << "it is a block again";
}

}  // namespace
}  // namespace ravelin::spec::test

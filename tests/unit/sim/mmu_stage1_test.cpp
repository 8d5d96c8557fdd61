// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/sim/mmu_test.hpp"

namespace ravelin::sim {
namespace {

/// Stage 1 with two halves of 39 bits; stage 2 is off at first.
class MmuStage1Test : public MmuTest {
  protected:
    static constexpr Pa lower1 = ram;  // level 1 of TTBR0
    static constexpr Pa upper1 = ram + 0x1000;
    static constexpr Pa level2 = ram + 0x2000;
    static constexpr Pa level3 = ram + 0x3000;

    static constexpr std::uint64_t upper     = 0xffff'ff80'0000'0000;
    static constexpr std::uint64_t el0       = 1ULL << 6;
    static constexpr std::uint64_t read_only = 1ULL << 7;
    static constexpr std::uint64_t pxn       = 1ULL << 53;
    static constexpr std::uint64_t device    = 1ULL << 2;  // AttrIndx 1

    MmuStage1Test () {
        registers.sctlr_el1 = 1;                                           // M
        registers.tcr_el1   = 25 | 25ULL << 16 | 2ULL << 30 | 2ULL << 32;  // 39 bits each, TG1 4 KiB, IPS 40 bits
        registers.mair_el1  = 0x04ff;                                      // 0: Normal, 1: Device
        registers.ttbr0_el1 = lower1.value ();
        registers.ttbr1_el1 = upper1.value ();
        entry (lower1, 0, level2.value () | table);
        entry (level2, 0, level3.value () | table);
        entry (level3, 1, 0x8000'1000 | af | page);
        entry (upper1, 0, 0x4000'0000 | af | block);
    }

    [[nodiscard]] auto from_el0 (std::uint64_t address, AccessKind kind = AccessKind::read) const -> bool {
        return mmu.translate (registers, {.va = Va{address}, .kind = kind, .from_el0 = true}).has_value ();
    }
};

TEST_F (MmuStage1Test, each_half_of_the_address_space_has_its_table) {
    EXPECT_EQ (translate (0x1234).value ().pa, Pa{0x8000'1234});
    EXPECT_EQ (translate (upper + 0x1234).value ().pa, Pa{0x4000'1234});
}

TEST_F (MmuStage1Test, an_address_in_neither_half_is_a_fault_at_level_0) {
    EXPECT_EQ (fault (0x80'0000'0000).type, FaultType::translation);
    EXPECT_EQ (fault (0x80'0000'0000).level, 0);
    EXPECT_EQ (fault (0xffff'ff00'0000'0000).level, 0);
    EXPECT_FALSE (fault (0x80'0000'0000).second_stage);
}

TEST_F (MmuStage1Test, a_tag_in_the_top_byte_is_ignored_where_software_wants_that) {
    EXPECT_FALSE (translate (0xab00'0000'0000'1000));

    registers.tcr_el1 |= 1ULL << 37;  // TBI0
    EXPECT_EQ (translate (0xab00'0000'0000'1000).value ().pa, Pa{0x8000'1000});
}

TEST_F (MmuStage1Test, a_half_whose_walks_are_off_faults) {
    registers.tcr_el1 |= 1U << 7;  // EPD0

    EXPECT_EQ (fault (0x1000).level, 0);
    EXPECT_TRUE (translate (upper));
}

TEST_F (MmuStage1Test, larger_address_spaces_start_at_level_0) {
    registers.tcr_el1   = (registers.tcr_el1 & ~0x3fULL) | 16;  // 48 bits
    registers.ttbr0_el1 = (ram + 0x8000).value ();
    entry (ram + 0x8000, 1, lower1.value () | table);

    EXPECT_EQ (translate (0x80'0000'1000).value ().pa, Pa{0x8000'1000});
}

TEST_F (MmuStage1Test, el0_reaches_only_what_is_its_own) {
    EXPECT_FALSE (from_el0 (0x1000));

    entry (level3, 1, 0x8000'1000 | af | el0 | page);
    EXPECT_TRUE (from_el0 (0x1000, AccessKind::write));
    EXPECT_TRUE (from_el0 (0x1000, AccessKind::fetch));
}

TEST_F (MmuStage1Test, read_only_is_read_only_for_both_levels) {
    entry (level3, 1, 0x8000'1000 | af | el0 | read_only | page);

    EXPECT_TRUE (translate (0x1000));
    EXPECT_EQ (fault (0x1000, AccessKind::write).type, FaultType::permission);
    EXPECT_TRUE (from_el0 (0x1000));
    EXPECT_FALSE (from_el0 (0x1000, AccessKind::write));
}

TEST_F (MmuStage1Test, each_level_has_its_execute_never) {
    entry (level3, 1, 0x8000'1000 | af | el0 | read_only | pxn | page);
    EXPECT_FALSE (translate (0x1000, AccessKind::fetch));
    EXPECT_TRUE (from_el0 (0x1000, AccessKind::fetch));

    entry (level3, 1, 0x8000'1000 | af | el0 | read_only | xn | page);
    EXPECT_TRUE (translate (0x1000, AccessKind::fetch));
    EXPECT_FALSE (from_el0 (0x1000, AccessKind::fetch));
}

TEST_F (MmuStage1Test, el1_never_executes_what_el0_can_write) {
    entry (level3, 1, 0x8000'1000 | af | el0 | page);

    EXPECT_FALSE (translate (0x1000, AccessKind::fetch));
}

TEST_F (MmuStage1Test, nobody_executes_writable_memory_under_wxn) {
    EXPECT_TRUE (translate (0x1000, AccessKind::fetch));

    registers.sctlr_el1 |= 1U << 19;
    EXPECT_FALSE (translate (0x1000, AccessKind::fetch));
}

TEST_F (MmuStage1Test, tables_take_permissions_away_from_what_they_hold) {
    entry (level3, 1, 0x8000'1000 | af | el0 | page);

    entry (level2, 0, level3.value () | table | 1ULL << 62);  // APTable: read-only
    EXPECT_FALSE (translate (0x1000, AccessKind::write));
    entry (level2, 0, level3.value () | table | 1ULL << 61);  // APTable: not for EL0
    EXPECT_FALSE (from_el0 (0x1000));
    EXPECT_TRUE (translate (0x1000));
}

TEST_F (MmuStage1Test, an_unaligned_access_faults_if_checked_or_to_a_device) {
    EXPECT_TRUE (translate (0x1004));

    entry (level3, 1, 0x8000'1000 | af | device | page);
    EXPECT_EQ (fault (0x1004).type, FaultType::alignment);
    EXPECT_FALSE (fault (0x1004).second_stage);

    entry (level3, 1, 0x8000'1000 | af | page);
    registers.sctlr_el1 |= 2;  // A
    EXPECT_EQ (fault (0x1004).type, FaultType::alignment);
}

TEST_F (MmuStage1Test, with_the_mmu_off_data_is_a_device) {
    registers.sctlr_el1 = 0;

    EXPECT_EQ (translate (0x4000'0000).value ().pa, Pa{0x4000'0000});
    EXPECT_EQ (fault (0x4000'0004).type, FaultType::alignment);
    EXPECT_TRUE (mmu.translate (registers, {.va = Va{0x4000'0004}, .kind = AccessKind::fetch, .size = 4}));
}

TEST_F (MmuStage1Test, exclusives_need_cached_memory) {
    const MmuAccess exclusive{.va = Va{0x1000}, .exclusive = true};
    registers.sctlr_el1 |= 1U << 2;  // C
    EXPECT_TRUE (mmu.translate (registers, exclusive));

    registers.sctlr_el1 &= ~(1ULL << 2);
    EXPECT_FALSE (mmu.translate (registers, exclusive));

    registers.sctlr_el1 = 0;
    const auto uncached = mmu.translate (registers, exclusive);
    ASSERT_FALSE (uncached);
    EXPECT_EQ (uncached.error ().type, FaultType::unsupported_exclusive);
}

TEST_F (MmuStage1Test, its_walk_goes_through_stage_2) {
    // Stage 2 maps the tables' 2 MiB and nothing else.
    registers.hcr_el2   = 1;
    registers.vtcr_el2  = 24 | 1ULL << 6 | 2ULL << 16;
    registers.vttbr_el2 = (ram + 0xa000).value ();
    entry (ram + 0xa000, 1, (ram + 0xc000).value () | table);
    entry (ram + 0xc000, 0, ram.value () | s2_all | block);

    const auto output = fault (0x1000);
    EXPECT_TRUE (output.second_stage);
    EXPECT_FALSE (output.on_stage1_walk);
    EXPECT_EQ (output.ipa, Ipa{0x8000'1000});

    registers.ttbr0_el1 = 0x5000'0000;
    const auto walk     = fault (0x1000);
    EXPECT_TRUE (walk.second_stage);
    EXPECT_TRUE (walk.on_stage1_walk);
    EXPECT_EQ (walk.ipa, Ipa{0x5000'0000});
    EXPECT_EQ (walk.level, 2) << "of the walk that failed, stage 2's";
}

TEST_F (MmuStage1Test, tables_in_device_memory_fault_if_el2_wants_that) {
    registers.hcr_el2   = 1 | 1U << 2;  // VM, PTW
    registers.vtcr_el2  = 24 | 1ULL << 6 | 2ULL << 16;
    registers.vttbr_el2 = (ram + 0xa000).value ();
    entry (ram + 0xa000, 1, 0x4000'0000 | af | s2_read | s2_write | block);  // Device

    const auto walk = fault (upper);
    EXPECT_EQ (walk.type, FaultType::permission);
    EXPECT_TRUE (walk.on_stage1_walk);
}

TEST_F (MmuStage1Test, tables_take_execution_away_from_each_level) {
    entry (level3, 1, 0x8000'1000 | af | el0 | read_only | page);

    entry (level2, 0, level3.value () | table | 1ULL << 60);  // UXNTable
    EXPECT_FALSE (from_el0 (0x1000, AccessKind::fetch));
    EXPECT_TRUE (translate (0x1000, AccessKind::fetch));

    entry (level2, 0, level3.value () | table | 1ULL << 59);  // PXNTable
    EXPECT_TRUE (from_el0 (0x1000, AccessKind::fetch));
    EXPECT_FALSE (translate (0x1000, AccessKind::fetch));
}

TEST_F (MmuStage1Test, output_beyond_the_size_that_software_chose_is_an_address_size_fault) {
    entry (level3, 1, 0x100'0000'0000 | af | page);

    EXPECT_EQ (fault (0x1000).type, FaultType::address_size);
}

TEST_F (MmuStage1Test, an_address_that_the_cpu_does_not_have_is_an_address_size_fault_with_the_mmu_off) {
    registers.sctlr_el1 = 0;

    EXPECT_EQ (fault (1ULL << 44).type, FaultType::address_size);
    EXPECT_TRUE (translate ((1ULL << 44) - 8));
}

TEST_F (MmuStage1Test, an_entry_without_its_access_flag_faults) {
    entry (level3, 1, 0x8000'1000 | page);

    EXPECT_EQ (fault (0x1000).type, FaultType::access_flag);
    EXPECT_EQ (fault (0x1000).level, 3);
}

}  // namespace
}  // namespace ravelin::sim

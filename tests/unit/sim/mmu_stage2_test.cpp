// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "tests/unit/sim/mmu_test.hpp"

namespace ravelin::sim {
namespace {

/// Stage 2 of 40 bits, from level 1 in two concatenated tables. Stage 1 is off.
class MmuStage2Test : public MmuTest {
  protected:
    static constexpr Pa level1 = ram;
    static constexpr Pa level2 = ram + 0x2000;
    static constexpr Pa level3 = ram + 0x3000;

    MmuStage2Test () {
        registers.hcr_el2   = 1;                             // VM
        registers.vtcr_el2  = 24 | 1ULL << 6 | 2ULL << 16;   // T0SZ 40 bits, SL0 level 1, PS 40 bits
        registers.vttbr_el2 = level1.value () | 7ULL << 48;  // with a VMID
        entry (level1, 1, level2.value () | table);          // 1-2 GiB
        entry (level2, 0, level3.value () | table);          // its first 2 MiB
        entry (level3, 5, 0x8000'5000 | s2_all | page);
    }
};

TEST_F (MmuStage2Test, walks_to_a_page) {
    const auto where = translate (0x4000'5678);

    ASSERT_TRUE (where);
    EXPECT_EQ (where->pa, Pa{0x8000'5678});
}

TEST_F (MmuStage2Test, ends_at_a_block_of_2_mib_or_1_gib) {
    entry (level2, 3, 0x1'2340'0000 | s2_all | block);
    entry (level1, 2, 0x1'4000'0000 | s2_all | block);

    EXPECT_EQ (translate (0x4061'2340).value ().pa, Pa{0x1'2341'2340});
    EXPECT_EQ (translate (0x8123'4560).value ().pa, Pa{0x1'4123'4560});
}

TEST_F (MmuStage2Test, finds_the_second_of_two_concatenated_tables) {
    entry (level1, 512 + 511, 0x40'0000'0000 | s2_all | block);

    EXPECT_EQ (translate (0xff'c000'1000).value ().pa, Pa{0x40'0000'1000});
}

TEST_F (MmuStage2Test, an_invalid_entry_is_a_translation_fault_of_its_level) {
    const auto at1 = fault (0x0);
    EXPECT_EQ (at1.type, FaultType::translation);
    EXPECT_EQ (at1.level, 1);
    EXPECT_TRUE (at1.second_stage);
    EXPECT_EQ (at1.ipa, Ipa{0});

    EXPECT_EQ (fault (0x4020'0000).level, 2);
    EXPECT_EQ (fault (0x4000'6ab8).level, 3);
    EXPECT_EQ (fault (0x4000'6ab8).ipa, Ipa{0x4000'6ab8});
}

TEST_F (MmuStage2Test, a_block_at_level_3_is_invalid) {
    entry (level3, 5, 0x8000'5000 | s2_all | block);

    EXPECT_EQ (fault (0x4000'5000).type, FaultType::translation);
    EXPECT_EQ (fault (0x4000'5000).level, 3);
}

TEST_F (MmuStage2Test, an_address_outside_the_input_size_is_a_fault_at_level_0) {
    const auto outside = fault (0x100'0000'0000);

    EXPECT_EQ (outside.type, FaultType::translation);
    EXPECT_EQ (outside.level, 0);
    EXPECT_TRUE (outside.second_stage);
}

TEST_F (MmuStage2Test, a_start_level_that_does_not_fit_the_size_is_a_fault_at_level_0) {
    registers.vtcr_el2 = 24 | 0ULL << 6 | 2ULL << 16;  // 40 bits from level 2: 1024 concatenated tables

    EXPECT_EQ (fault (0x4000'5000).level, 0);
}

TEST_F (MmuStage2Test, output_beyond_the_physical_size_is_an_address_size_fault) {
    entry (level3, 5, 0x100'0000'0000 | s2_all | page);

    EXPECT_EQ (fault (0x4000'5000).type, FaultType::address_size);
    EXPECT_EQ (fault (0x4000'5000).level, 3);
}

TEST_F (MmuStage2Test, an_entry_without_its_access_flag_faults) {
    entry (level3, 5, 0x8000'5000 | (s2_all & ~af) | page);

    EXPECT_EQ (fault (0x4000'5000).type, FaultType::access_flag);
}

TEST_F (MmuStage2Test, grants_reading_and_writing_and_execution_one_by_one) {
    entry (level3, 5, 0x8000'5000 | af | s2_normal | s2_read | page);
    EXPECT_TRUE (translate (0x4000'5000, AccessKind::read));
    EXPECT_TRUE (translate (0x4000'5000, AccessKind::fetch));
    EXPECT_EQ (fault (0x4000'5000, AccessKind::write).type, FaultType::permission);
    EXPECT_EQ (fault (0x4000'5000, AccessKind::write).level, 3);

    entry (level3, 5, 0x8000'5000 | af | s2_normal | s2_write | page);
    EXPECT_TRUE (translate (0x4000'5000, AccessKind::write));
    EXPECT_EQ (fault (0x4000'5000, AccessKind::read).type, FaultType::permission);

    entry (level3, 5, 0x8000'5000 | s2_all | xn | page);
    EXPECT_TRUE (translate (0x4000'5000, AccessKind::write));
    EXPECT_EQ (fault (0x4000'5000, AccessKind::fetch).type, FaultType::permission);
}

TEST_F (MmuStage2Test, a_table_outside_ram_is_an_external_abort_on_the_walk) {
    entry (level2, 0, 0x5000'0000 | table);

    const auto walk = fault (0x4000'5000);
    EXPECT_EQ (walk.type, FaultType::external_on_walk);
    EXPECT_EQ (walk.level, 3);
}

TEST_F (MmuStage2Test, is_an_identity_while_it_is_off) {
    registers.hcr_el2 = 0;

    EXPECT_EQ (translate (0x4000'5678).value ().pa, Pa{0x4000'5678});
}

TEST_F (MmuStage2Test, tells_device_memory_from_normal) {
    registers.hcr_el2 |= 1U << 12;  // DC: stage 1 is Normal
    entry (level3, 6, 0x8000'6000 | af | s2_read | s2_write | 0b0001ULL << 2 | page);

    EXPECT_FALSE (translate (0x4000'5000).value ().device);
    EXPECT_TRUE (translate (0x4000'6000).value ().device);
}

TEST_F (MmuStage2Test, an_unaligned_access_to_what_it_makes_a_device_is_its_own_alignment_fault) {
    registers.hcr_el2 |= 1U << 12;  // DC: stage 1 is Normal
    entry (level3, 6, 0x8000'6000 | af | s2_read | s2_write | page);

    const auto unaligned = fault (0x4000'6004);

    EXPECT_EQ (unaligned.type, FaultType::alignment);
    EXPECT_TRUE (unaligned.second_stage);
    EXPECT_TRUE (translate (0x4000'5004)) << "Normal memory can be accessed at any address";
}

TEST_F (MmuStage2Test, another_granule_is_a_violation) {
    registers.vtcr_el2 |= 1U << 14;

    EXPECT_THROW (static_cast<void> (translate (0x4000'5000)), Violation);
}

}  // namespace
}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
// Which accesses use caches: what both stages and the registers make of it.
#include "sim/models/mmu_registers.hpp"
#include "tests/unit/sim/mmu_test.hpp"

namespace ravelin::sim {
namespace {

/// VA 0 on leads to IPA 0, and that to itself: a block of each stage.
class MmuAttributesTest : public MmuTest {
  protected:
    static constexpr Pa stage1 = ram;
    static constexpr Pa stage2 = ram + 0x1000;

    MmuAttributesTest () {
        registers.sctlr_el1 = sctlr::mmu.mask () | sctlr::data_cached.mask () | sctlr::code_cached.mask ();
        registers.tcr_el1   = 25 | 1ULL << 23 | 2ULL << 30 | 2ULL << 32;  // 39 bits, no TTBR1, IPS 40 bits
        registers.ttbr0_el1 = 0x4000'0000;
        registers.mair_el1  = 0xff;
        registers.hcr_el2   = hcr::stage2.mask ();
        registers.vtcr_el2  = 25 | 1U << 6 | 2U << 16;  // 39 bits, from level 1
        registers.vttbr_el2 = stage2.value ();
        entry (stage1, 0, 0x4000'0000 | af | block);
        entry (stage2, 0, 0x4000'0000 | s2_all | block);
        entry (stage2, 1, 0x4000'0000 | s2_all | block);
    }

    [[nodiscard]] auto cacheable (AccessKind kind = AccessKind::read, MemoryAttributes attributes = {}) const -> bool {
        return mmu.translate (registers, {.va = Va{0x1000}, .kind = kind, .attributes = attributes}).value ().cacheable;
    }

    /// The same for the first attribute of MAIR_EL1, and for a MemAttr of stage 2.
    [[nodiscard]] auto with_mair (std::uint64_t byte) -> bool {
        registers.mair_el1 = byte;
        return cacheable ();
    }
    [[nodiscard]] auto with_stage2 (std::uint64_t attributes) -> bool {
        entry (stage2, 1, 0x4000'0000 | (s2_all & ~s2_normal) | attributes << 2 | block);
        return cacheable ();
    }
};

TEST_F (MmuAttributesTest, only_what_is_write_back_by_both_halves_of_mair_is_cached) {
    EXPECT_TRUE (with_mair (0xff));
    EXPECT_TRUE (with_mair (0x77)) << "transient";
    EXPECT_FALSE (with_mair (0x44)) << "non-cacheable";
    EXPECT_FALSE (with_mair (0xbb)) << "write-through";
    EXPECT_FALSE (with_mair (0x4f));
    EXPECT_FALSE (with_mair (0xf4));
    EXPECT_FALSE (with_mair (0x04)) << "Device";
}

TEST_F (MmuAttributesTest, stage_2_can_forbid_it) {
    EXPECT_TRUE (with_stage2 (0b1111));
    EXPECT_FALSE (with_stage2 (0b0101)) << "non-cacheable";
    EXPECT_FALSE (with_stage2 (0b1010)) << "write-through";
    EXPECT_FALSE (with_stage2 (0b0001)) << "Device";
}

TEST_F (MmuAttributesTest, registers_can_forbid_it_for_data_or_for_code) {
    registers.sctlr_el1 &= ~sctlr::data_cached.mask ();
    EXPECT_FALSE (cacheable ());
    EXPECT_TRUE (cacheable (AccessKind::fetch));

    registers.sctlr_el1 |= sctlr::data_cached.mask ();
    registers.sctlr_el1 &= ~sctlr::code_cached.mask ();
    EXPECT_TRUE (cacheable (AccessKind::write));
    EXPECT_FALSE (cacheable (AccessKind::fetch));

    registers.sctlr_el1 |= sctlr::code_cached.mask ();
    registers.hcr_el2 |= hcr::data_uncached.mask ();
    EXPECT_FALSE (cacheable ());
    EXPECT_TRUE (cacheable (AccessKind::fetch));

    registers.hcr_el2 = hcr::stage2.mask () | hcr::code_uncached.mask ();
    EXPECT_FALSE (cacheable (AccessKind::fetch));
}

TEST_F (MmuAttributesTest, with_the_mmu_off_nothing_is_cached_unless_dc_says_so) {
    registers.sctlr_el1 = 0;
    EXPECT_FALSE (cacheable ());
    EXPECT_FALSE (cacheable (AccessKind::fetch));

    registers.hcr_el2 |= hcr::default_cacheable.mask ();
    EXPECT_TRUE (cacheable ());
    EXPECT_TRUE (cacheable (AccessKind::fetch));
}

TEST_F (MmuAttributesTest, an_access_may_bring_what_stage_1_says_but_not_what_stage_2_does) {
    EXPECT_FALSE (cacheable (AccessKind::read, MemoryAttributes::uncached));
    registers.sctlr_el1 = 0;
    EXPECT_TRUE (cacheable (AccessKind::read, MemoryAttributes::cached));
    entry (stage2, 0, 0x4000'0000 | (s2_all & ~s2_normal) | 0b0101 << 2 | block);
    EXPECT_FALSE (cacheable (AccessKind::read, MemoryAttributes::cached));
}

TEST_F (MmuAttributesTest, a_tlb_keeps_them_with_the_translation) {
    Tlb tlb;
    const Mmu with_tlb{bus, &tlb};
    const MmuAccess access{.va = Va{0x1000}};
    EXPECT_TRUE (with_tlb.translate (registers, access).value ().cacheable);

    entry (stage1, 0, 0);
    EXPECT_TRUE (with_tlb.translate (registers, access).value ().cacheable);
    registers.sctlr_el1 &= ~sctlr::data_cached.mask ();
    EXPECT_FALSE (with_tlb.translate (registers, access).value ().cacheable);
}

}  // namespace
}  // namespace ravelin::sim

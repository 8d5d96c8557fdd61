// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/cache_system.hpp"
#include "sim/models/mmu_registers.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {

namespace {
/// Two CPUs, and a doubleword of RAM that they use in both ways.
class CacheSystemTest : public testing::Test {
  protected:
    static constexpr CpuIndex cpu0{0};
    static constexpr CpuIndex cpu1{1};
    static constexpr Pa word{0x4000'0048};
    static constexpr CacheSystem::Access with{word, 8, true};
    static constexpr CacheSystem::Access past{word, 8, false};
    static constexpr std::uint64_t no_stage2 = 0;

    CacheSystemTest () { bus.add_ram ({Pa{0x4000'0000}, 0x10'0000}); }

    void maintain (CacheOperation operation, std::uint64_t hcr = no_stage2, CpuIndex cpu = cpu0) {
        caches.maintain (cpu, operation, hcr, with);
    }

    /// What a CPU executes at the word.
    [[nodiscard]] auto fetch (CpuIndex cpu, bool cacheable = true) -> std::uint32_t {
        return caches.fetch (cpu, {word, 4, cacheable});
    }

    Bus bus;
    CacheSystem caches{bus, 2, Eviction::never, 1};
};
}  // namespace

TEST_F (CacheSystemTest, each_observer_has_its_view) {
    caches.store (with, 1);
    EXPECT_EQ (caches.load (with), 1U);
    EXPECT_EQ (caches.load (past), 0U);

    caches.store (past, 2);
    EXPECT_EQ (caches.load (with), 1U);
    EXPECT_EQ (caches.load (past), 2U);
}

TEST_F (CacheSystemTest, an_access_past_caches_may_lie_in_two_lines) {
    const Pa across{0x4000'007c};
    caches.store ({across, 8, true}, 0x1111'1111'1111'1111);
    caches.store ({across, 8, false}, 0x2222'2222'3333'3333);

    EXPECT_EQ (caches.load ({across, 8, false}), 0x2222'2222'3333'3333U);
    EXPECT_EQ (caches.load ({across, 8, true}), 0x1111'1111'1111'1111U);
    EXPECT_EQ (caches.load ({across + 4, 4, false}), 0x2222'2222U);
}

TEST_F (CacheSystemTest, each_operation_on_data_does_what_it_is_called) {
    caches.store (with, 1);
    maintain (CacheOperation::clean_to_unification);
    EXPECT_EQ (fetch (cpu0), 1U);
    EXPECT_EQ (caches.load (past), 0U);

    maintain (CacheOperation::clean);
    EXPECT_EQ (caches.load (past), 1U);
    caches.store (past, 2);
    EXPECT_EQ (caches.load (with), 1U) << "it only cleans";

    maintain (CacheOperation::clean_and_invalidate);
    EXPECT_EQ (caches.load (with), 2U);

    caches.store (with, 3);
    maintain (CacheOperation::invalidate);
    EXPECT_EQ (caches.load (with), 2U);
}

TEST_F (CacheSystemTest, under_stage_2_nobody_gets_back_what_was_there_before) {
    caches.store (with, 3);
    maintain (CacheOperation::invalidate, hcr::stage2.mask ());
    EXPECT_EQ (caches.load (with), 3U);
    EXPECT_EQ (caches.load (past), 3U);
}

TEST_F (CacheSystemTest, a_line_is_zeroed_in_the_cache_or_in_memory) {
    caches.store (past, 1);
    maintain (CacheOperation::zero);
    EXPECT_EQ (caches.load (with), 0U);
    EXPECT_EQ (caches.load (past), 1U);

    caches.store (with, 5);
    caches.maintain (cpu0, CacheOperation::zero, no_stage2, past);
    EXPECT_EQ (caches.load (with), 5U);
    EXPECT_EQ (caches.load (past), 0U);
}

TEST_F (CacheSystemTest, instructions_come_from_the_point_of_unification_or_from_memory) {
    caches.store (with, 1);
    maintain (CacheOperation::clean_to_unification);

    EXPECT_EQ (fetch (cpu0, true), 1U);
    EXPECT_EQ (fetch (cpu1, false), 0U);
}

TEST_F (CacheSystemTest, instructions_stay_on_each_cpu_until_it_is_told) {
    EXPECT_EQ (fetch (cpu0), 0U);
    EXPECT_EQ (fetch (cpu1), 0U);
    caches.store (with, 1);
    maintain (CacheOperation::clean);
    EXPECT_EQ (fetch (cpu0), 0U);

    maintain (CacheOperation::code_here);
    EXPECT_EQ (fetch (cpu0), 1U);
    EXPECT_EQ (fetch (cpu1), 0U);

    maintain (CacheOperation::code_everywhere);
    EXPECT_EQ (fetch (cpu1), 1U);
}

TEST_F (CacheSystemTest, a_line_of_instructions_goes_everywhere_at_once) {
    EXPECT_EQ (fetch (cpu1), 0U);
    caches.store (with, 1);
    maintain (CacheOperation::clean);
    maintain (CacheOperation::code_line);
    EXPECT_EQ (fetch (cpu1), 1U);
}

TEST_F (CacheSystemTest, what_is_for_one_cpu_is_for_all_under_fb) {
    EXPECT_EQ (fetch (cpu1), 0U);
    caches.store (with, 1);
    maintain (CacheOperation::clean);
    maintain (CacheOperation::code_here, hcr::broadcast.mask ());
    EXPECT_EQ (fetch (cpu1), 1U);
}

TEST_F (CacheSystemTest, el2_cleans_and_invalidates_each_line_of_a_range) {
    const Pa next = line_of (word) + cache_line_size;
    caches.store (with, 1);
    caches.store ({next, 8, true}, 2);

    caches.clean_and_invalidate ({word + 7, 2 + (next - (word + 8))});

    EXPECT_EQ (caches.load (past), 1U);
    EXPECT_EQ (caches.load ({next, 8, false}), 2U);
    EXPECT_FALSE (caches.data ().has (next));
}

TEST_F (CacheSystemTest, a_part_of_el2s_maintenance_can_be_left_out) {
    caches.heed ({.clean = false, .invalidate = false, .code_here = false, .code_everywhere = false});
    EXPECT_EQ (fetch (cpu0), 0U);
    caches.store (with, 1);
    caches.clean_and_invalidate ({word, 8});
    EXPECT_EQ (caches.load (past), 0U);
    EXPECT_TRUE (caches.data ().is_dirty (line_of (word)));

    caches.heed ({.invalidate = false, .code_here = false, .code_everywhere = false});
    caches.clean_and_invalidate ({word, 8});
    EXPECT_EQ (caches.load (past), 1U);
    EXPECT_TRUE (caches.data ().has (line_of (word)));
    caches.invalidate_code (cpu0, true);
    caches.invalidate_code (cpu0, false);
    EXPECT_EQ (fetch (cpu0), 0U);

    caches.heed ({});
    caches.invalidate_code (cpu0, false);
    EXPECT_EQ (fetch (cpu0), 1U);
}

TEST_F (CacheSystemTest, speculation_fills_both_kinds_of_cache) {
    caches.speculate (cpu1, word);
    caches.store (past, 1);
    EXPECT_EQ (caches.load (with), 0U);
    EXPECT_EQ (fetch (cpu1), 0U);
    caches.data ().invalidate (line_of (word));
    EXPECT_EQ (fetch (cpu1), 0U);
    EXPECT_EQ (fetch (cpu0), 1U);
}

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/mem/descriptor.hpp"
#include "sim/machine/exposed_memory.hpp"
#include "sim/machine/machine.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

TEST (ExposedMemory, finds_a_page_wherever_in_its_tables_it_is) {
    constexpr std::uint64_t table    = 3;
    constexpr std::uint64_t writable = 3 | 1U << 7;
    constexpr Pa root{0x4010'0000};
    constexpr Pa second{0x4011'0000};
    constexpr Pa third{0x4012'0000};
    constexpr Pa page{0x4020'0000};
    constexpr std::uint64_t entries = 512;
    Machine machine{BoardName::virt, {}};
    ExposedMemory exposed{machine.bus ()};
    const Stage2 guest{.vtcr = vtcr (40), .vttbr = root.value () | 1ULL << 48};
    const auto write = [&] (Pa where, std::uint64_t index, std::uint64_t value) {
        ASSERT_TRUE (machine.bus ().write (CpuIndex{0}, where + index * sizeof value, sizeof value, value));
        exposed.change (1);
    };
    const auto expect_at = [&] (std::uint64_t first, std::uint64_t middle, std::uint64_t last) {
        write (root, first, second.value () | table);
        write (second, middle, third.value () | table);
        write (third, last, page.value () | writable);
        EXPECT_TRUE (exposed.has (guest, page)) << first << ' ' << middle << ' ' << last;
        EXPECT_FALSE (exposed.has (guest, page + page_size));
        write (third, last, (page.value () | writable) & ~(1ULL << 7));
        EXPECT_FALSE (exposed.has (guest, page)) << "read-only";
        write (third, last, 0);
        EXPECT_FALSE (exposed.has (guest, page));
        write (second, middle, 0);
        write (root, first, 0);
    };
    for (std::uint64_t i = 0; i < entries; ++i) {
        expect_at (i, entries - 1 - i, i);
    }
    expect_at (2 * entries - 1, 0, 0);
}

}  // namespace
}  // namespace ravelin::sim

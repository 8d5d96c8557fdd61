// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/board_map.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

constexpr std::uint64_t gib = 1ULL << 30;

TEST (BoardMap, virt_has_its_ram_in_one_piece) {
    EXPECT_EQ (BoardMap::of (BoardName::virt).ram (8 * gib), (std::vector{PaRange{Pa{0x4000'0000}, 8 * gib}}));
}

TEST (BoardMap, a_pi_has_holes_below_the_videocore_and_the_peripherals) {
    const BoardMap &map = BoardMap::of (BoardName::pi4b);
    const PaRange low{Pa{0}, 0x3b40'0000};
    const PaRange middle{Pa{0x4000'0000}, 0xbc00'0000};
    const PaRange high{Pa{0x1'0000'0000}, 4 * gib};

    EXPECT_EQ (map.ram (1 * gib), (std::vector{low}));
    EXPECT_EQ (map.ram (2 * gib), (std::vector{low, PaRange{middle.start, gib}}));
    EXPECT_EQ (map.ram (4 * gib), (std::vector{low, middle}));
    EXPECT_EQ (map.ram (8 * gib), (std::vector{low, middle, high}));
}

}  // namespace
}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/core/bit_field.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
constexpr Bits64 middle{47, 12};
constexpr Bits64 whole{63, 0};
constexpr Bits32 top{31, 31};
}  // namespace

TEST (BitField, mask_covers_the_bits_from_msb_to_lsb) {
    EXPECT_EQ (middle.mask (), 0x0000'ffff'ffff'f000UL);
    EXPECT_EQ (whole.mask (), ~0UL);
    EXPECT_EQ (top.mask (), 0x8000'0000U);
}

TEST (BitField, get_undoes_put) {
    EXPECT_EQ (middle.get (middle.put (0x1234)), 0x1234U);
    EXPECT_EQ (top.get (top.put (1)), 1U);
}

TEST (BitField, put_drops_what_does_not_fit) {
    EXPECT_EQ (top.put (2), 0U);
}

TEST (BitField, set_leaves_the_other_bits_alone) {
    EXPECT_EQ (middle.set (~0UL, 0), ~middle.mask ());
}

TEST (BitField, any_sees_only_the_field) {
    EXPECT_TRUE (middle.any (0x1000));
    EXPECT_FALSE (middle.any (0x0fff));
}

}  // namespace ravelin

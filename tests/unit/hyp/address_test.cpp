// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/core/address.hpp"

#include <concepts>
#include <gtest/gtest.h>

namespace ravelin {

static_assert (!std::convertible_to<Ipa, Pa>, "an IPA isn't a PA");
static_assert (!std::convertible_to<std::uint64_t, Pa>, "a number isn't an address");

TEST (Address, align_down_stays_on_a_multiple) {
    EXPECT_EQ (Pa{0x2000}.align_down (page_size), Pa{0x2000});
    EXPECT_EQ (Pa{0x2fff}.align_down (page_size), Pa{0x2000});
}

TEST (Address, align_up_goes_to_the_next_multiple) {
    EXPECT_EQ (Pa{0x2000}.align_up (page_size), Pa{0x2000});
    EXPECT_EQ (Pa{0x2001}.align_up (page_size), Pa{0x3000});
}

TEST (Address, is_aligned_looks_at_the_low_bits) {
    EXPECT_TRUE (Pa{0x20'0000}.is_aligned (block_size));
    EXPECT_FALSE (Pa{0x20'1000}.is_aligned (block_size));
}

TEST (Address, difference_is_in_bytes) {
    EXPECT_EQ (Va{0x5000} - Va{0x1000}, 0x4000U);
}

}  // namespace ravelin

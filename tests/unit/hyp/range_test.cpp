// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/core/range.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
constexpr PaRange bank{Pa{0x4000}, 0x4000};
}

TEST (Range, make_refuses_one_that_runs_past_the_end) {
    EXPECT_EQ (PaRange::make (Pa{~0UL}, 2), std::nullopt);
    EXPECT_TRUE (PaRange::make (Pa{~0UL}, 0));
}

TEST (Range, contains_its_first_byte_and_not_the_one_behind_its_last) {
    EXPECT_TRUE (bank.contains (Pa{0x4000}));
    EXPECT_TRUE (bank.contains (Pa{0x7fff}));
    EXPECT_FALSE (bank.contains (Pa{0x8000}));
    EXPECT_FALSE (bank.contains (Pa{0x3fff}));
}

TEST (Range, contains_a_range_only_if_all_of_it_is_inside) {
    EXPECT_TRUE (bank.contains (bank));
    EXPECT_FALSE (bank.contains (PaRange{Pa{0x3000}, 0x2000}));
    EXPECT_FALSE (bank.contains (PaRange{Pa{0x7000}, 0x2000}));
}

TEST (Range, contains_no_range_that_runs_past_the_end_of_the_address_space) {
    EXPECT_FALSE (bank.contains (PaRange{Pa{~3ULL}, 4}));
    EXPECT_FALSE (bank.contains (PaRange{Pa{0x5000}, ~0ULL}));
}

TEST (Range, touching_ranges_do_not_overlap) {
    EXPECT_FALSE (bank.overlaps (PaRange{Pa{0x8000}, 0x1000}));
    EXPECT_FALSE (bank.overlaps (PaRange{Pa{0x3000}, 0x1000}));
    EXPECT_TRUE (bank.overlaps (PaRange{Pa{0x7000}, 0x2000}));
    EXPECT_TRUE (bank.overlaps (PaRange{Pa{0x5000}, 0x1000}));
}

TEST (Range, without_leaves_what_is_below_and_above) {
    const auto [below, above] = bank.without (PaRange{Pa{0x5000}, 0x1000});
    EXPECT_EQ (below, (PaRange{Pa{0x4000}, 0x1000}));
    EXPECT_EQ (above, (PaRange{Pa{0x6000}, 0x2000}));
}

TEST (Range, without_something_elsewhere_leaves_everything) {
    const auto [all, nothing] = bank.without (PaRange{Pa{0x9000}, 0x1000});
    EXPECT_EQ (all, bank);
    EXPECT_EQ (nothing.size, 0U);

    const auto [none, whole] = bank.without (PaRange{Pa{0x1000}, 0x1000});
    EXPECT_EQ (none.size, 0U);
    EXPECT_EQ (whole, bank);
}

TEST (Range, without_something_larger_leaves_nothing) {
    const auto [below, above] = bank.without (PaRange{Pa{0}, 0x1'0000});
    EXPECT_EQ (below.size, 0U);
    EXPECT_EQ (above.size, 0U);
}

}  // namespace ravelin

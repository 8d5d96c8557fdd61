// SPDX-License-Identifier: BSD-2-Clause
#include "sim/twin/deed_list.hpp"
#include "sim/twin/divergence.hpp"

#include <gtest/gtest.h>

namespace ravelin::test {

using sim::DeedList;
using sim::Divergence;
using sim::El2Deed;
using enum El2Deed::Kind;

TEST (DeedList, image_is_answered_what_the_library_was_answered) {
    DeedList deeds;
    deeds.add ({.kind = device_read, .in = {0x800'0000}, .out = {42}});

    EXPECT_EQ (deeds.take ({.kind = device_read, .in = {0x800'0000}})[0], 42);
    EXPECT_NO_THROW (deeds.check_taken ());
}

TEST (DeedList, another_order_is_a_divergence) {
    DeedList deeds;
    deeds.add ({.kind = barrier, .in = {1}});
    deeds.add ({.kind = code, .in = {1}});

    EXPECT_THROW (deeds.take ({.kind = code, .in = {1}}), Divergence);
}

TEST (DeedList, another_value_is_a_divergence) {
    DeedList deeds;
    deeds.add ({.kind = device_write, .in = {0x800'0000, 1}});

    EXPECT_THROW (deeds.take ({.kind = device_write, .in = {0x800'0000, 2}}), Divergence);
}

TEST (DeedList, what_only_one_of_them_does_is_a_divergence) {
    DeedList deeds;
    EXPECT_THROW (deeds.take ({.kind = event}), Divergence);

    deeds.add ({.kind = event});
    EXPECT_THROW (deeds.check_taken (), Divergence);
}

TEST (DeedList, range_is_cleaned_line_by_line) {
    DeedList deeds;
    deeds.add ({.kind = clean, .in = {0x4000'0020, 100}});

    deeds.take_line (0x4000'0000);
    EXPECT_THROW (deeds.check_taken (), Divergence) << "the last lines are missing";
    deeds.take_line (0x4000'0040);
    deeds.take_line (0x4000'0080);
    EXPECT_NO_THROW (deeds.check_taken ());
}

TEST (DeedList, line_that_was_left_out_is_a_divergence) {
    DeedList deeds;
    deeds.add ({.kind = clean, .in = {0x4000'0000, 128}});

    EXPECT_THROW (deeds.take_line (0x4000'0040), Divergence);
}

TEST (DeedList, nothing_has_no_lines) {
    DeedList deeds;
    deeds.add ({.kind = clean, .in = {0x4000'0000, 0}});

    EXPECT_TRUE (deeds.empty ());
}

TEST (DeedList, entry_of_the_library_stands_for_that_of_the_image) {
    DeedList deeds;
    deeds.set_entry (0xffff'ffff'f000, 0x4020'0780);
    deeds.add ({.kind = secure_call, .in = {0xc400'0003, 1, 0xffff'ffff'f000, 0}});

    EXPECT_NO_THROW (deeds.take ({.kind = secure_call, .in = {0xc400'0003, 1, 0x4020'0780, 0}}));
}

}  // namespace ravelin::test

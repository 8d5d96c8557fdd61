// SPDX-License-Identifier: BSD-2-Clause
#include "sim/tool/escape.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {

TEST (Escape, what_is_typed_goes_to_the_machine) {
    EXPECT_EQ (Escape{}.filter ("ls -l\r\x03"), "ls -l\r\x03");
}

TEST (Escape, control_a_x_ends_it) {
    EXPECT_EQ (Escape{}.filter ("\x01x"), std::nullopt);
    EXPECT_EQ (Escape{}.filter ("\x01X"), std::nullopt);
}

TEST (Escape, the_two_keys_may_come_apart) {
    Escape escape;

    EXPECT_EQ (escape.filter ("a\x01"), "a");
    EXPECT_EQ (escape.filter ("x"), std::nullopt);
}

TEST (Escape, control_a_twice_is_one_for_the_machine) {
    EXPECT_EQ (Escape{}.filter ("\x01\x01x"), "\x01x");
}

}  // namespace ravelin::sim

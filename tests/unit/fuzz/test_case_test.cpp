// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/finding/test_case.hpp"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ravelin::fuzz {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST (FuzzTestCase, plays_the_input_to_the_target) {
    constexpr std::array<std::uint8_t, 3> input{0, 0x1f, 0xff};
    EXPECT_EQ (to_test ("trap_mix", input, "it's wrong", "CPU 0, host: hvc VM_FIND() -> host: 0x0\n", 1),
               "TEST (Fuzzed, trap_mix_d8e437186bb6858d) {\n"
               "    // it's wrong\n"
               "    // CPU 0, host: hvc VM_FIND() -> host: 0x0\n"
               "    static constexpr std::array<std::uint8_t, 3> input{\n"
               "        0x00, 0x1f, 0xff};\n"
               "    const auto target = trap_mix ();\n"
               "    EXPECT_NO_THROW (play (*target, input));\n"
               "}\n");
}

TEST (FuzzTestCase, tells_the_last_traps_and_plays_as_often_as_it_takes) {
    std::string trace;
    for (unsigned i = 0; i < 100; ++i) {
        trace += "trap " + std::to_string (i) + '\n';
    }
    const auto test = to_test ("vgic", std::array<std::uint8_t, 1>{}, "", trace, 2);
    EXPECT_THAT (test, HasSubstr ("    // 60 traps, and then:\n    // trap 60\n"));
    EXPECT_THAT (test, HasSubstr ("    // trap 99\n"));
    EXPECT_THAT (test, HasSubstr ("    EXPECT_NO_THROW (play (*target, input));\n"
                                  "    EXPECT_NO_THROW (play (*target, input));\n"));
    EXPECT_THAT (test, Not (HasSubstr ("trap 59\n")));
}

}  // namespace
}  // namespace ravelin::fuzz

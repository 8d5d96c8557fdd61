// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/input.hpp"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ravelin::fuzz {
namespace {

using testing::ElementsAre;
using testing::FieldsAre;

constexpr std::array<std::uint8_t, 6> bytes{1, 2, 3, 4, 5, 6};

TEST (FuzzInput, is_taken_from_its_front_little_endian) {
    Input input{bytes};
    EXPECT_EQ (input.take<std::uint8_t> (), 1);
    EXPECT_EQ (input.take<std::uint16_t> (), 0x0302);
    EXPECT_THAT (input.rest (), ElementsAre (4, 5, 6));
}

TEST (FuzzInput, has_zeros_beyond_its_end) {
    Input input{bytes};
    EXPECT_EQ (input.take<std::uint64_t> (), 0x0605'0403'0201);
    EXPECT_TRUE (input.empty ());
    EXPECT_EQ (input.take<std::uint32_t> (), 0U);
}

TEST (FuzzInput, tells_what_its_bytes_were_taken_for) {
    Layout layout;
    Input input{bytes, &layout};
    static_cast<void> (input.take<std::uint8_t> ());
    input.begin_step ();
    static_cast<void> (input.take<std::uint8_t> (Kind::choice));
    static_cast<void> (input.take<std::uint16_t> (Kind::page));
    input.begin_step ();
    static_cast<void> (input.take<std::uint32_t> (Kind::handle));
    static_cast<void> (input.take<std::uint32_t> ());
    EXPECT_THAT (layout.steps, ElementsAre (1, 4));
    EXPECT_THAT (layout.numbers, ElementsAre (FieldsAre (0, 1, Kind::value), FieldsAre (1, 1, Kind::choice),
                                              FieldsAre (2, 2, Kind::page), FieldsAre (4, 4, Kind::handle)));
}

}  // namespace
}  // namespace ravelin::fuzz

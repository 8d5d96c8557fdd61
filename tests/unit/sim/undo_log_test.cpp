// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/undo_log.hpp"

#include <array>
#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

TEST (UndoLog, bytes_are_what_they_were_when_they_were_saved_first) {
    std::array<std::byte, 4> bytes{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
    const auto before = bytes;
    UndoLog log;
    log.save (std::span{bytes}.first (2));
    bytes[0] = std::byte{9};
    log.save (bytes);
    bytes[1] = bytes[3] = std::byte{8};

    log.undo ();

    EXPECT_EQ (bytes, before);
}

TEST (UndoLog, has_changed_only_if_a_byte_is_another) {
    std::array<std::byte, 2> bytes{};
    UndoLog log;
    log.save (bytes);
    EXPECT_FALSE (log.has_changed ());
    bytes[1] = std::byte{1};
    EXPECT_TRUE (log.has_changed ());
    bytes[1] = std::byte{0};
    EXPECT_FALSE (log.has_changed ());
}

TEST (UndoLog, forgets_what_it_has_undone) {
    std::array<std::byte, 1> byte{};
    UndoLog log;
    log.save (byte);
    log.undo ();
    byte[0] = std::byte{5};
    log.undo ();
    EXPECT_EQ (byte[0], std::byte{5});
    log.save (byte);
    byte[0] = std::byte{6};
    log.clear ();
    EXPECT_FALSE (log.has_changed ());
    log.undo ();
    EXPECT_EQ (byte[0], std::byte{6});
}

}  // namespace
}  // namespace ravelin::sim

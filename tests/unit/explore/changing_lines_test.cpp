// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/changing_lines.hpp"

#include <array>
#include <cstddef>
#include <gtest/gtest.h>

namespace ravelin::sim::explore {
namespace {

constexpr std::size_t line = ChangingLines::line;

/// The last line is short.
using Object = std::array<std::byte, 4 * line + 8>;

[[nodiscard]] auto changed_at (std::size_t place) -> Object {
    Object object{};
    object.at (place) = std::byte{1};
    return object;
}

TEST (ChangingLines, notes_each_line_once) {
    ChangingLines lines;
    EXPECT_FALSE (lines.note (Object{}, Object{}));
    for (const std::size_t place : {std::size_t{0}, 2 * line - 1, Object{}.size () - 1}) {
        EXPECT_TRUE (lines.note (changed_at (place), Object{})) << place;
        EXPECT_FALSE (lines.note (changed_at (place), Object{})) << place;
    }
    // Another byte of the same lines.
    EXPECT_FALSE (lines.note (changed_at (line - 1), Object{}));
    EXPECT_FALSE (lines.note (changed_at (4 * line), Object{}));
}

TEST (ChangingLines, sees_a_change_where_there_was_one_and_nowhere_else) {
    ChangingLines lines;
    EXPECT_FALSE (lines.differ (changed_at (0), Object{}));
    static_cast<void> (lines.note (changed_at (line), Object{}));
    static_cast<void> (lines.note (changed_at (4 * line), Object{}));
    for (std::size_t place = 0; place < Object{}.size (); ++place) {
        const bool known = place / line == 1 || place / line == 4;
        EXPECT_EQ (lines.differ (changed_at (place), Object{}), known) << place;
    }
}

TEST (ChangingLines, copies_what_has_changed_and_nothing_else) {
    ChangingLines lines;
    // Neighbours, and one that stands alone.
    for (const std::size_t place : {line, 2 * line, 4 * line}) {
        static_cast<void> (lines.note (changed_at (place), Object{}));
    }
    Object from;
    from.fill (std::byte{7});
    Object to{};
    lines.copy (from, to);
    for (std::size_t place = 0; place < to.size (); ++place) {
        const bool known = place / line == 1 || place / line == 2 || place / line == 4;
        EXPECT_EQ (to.at (place), known ? std::byte{7} : std::byte{}) << place;
    }
}

}  // namespace
}  // namespace ravelin::sim::explore

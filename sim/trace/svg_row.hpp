// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ravelin::sim::trace {

/// A row of a picture of time: boxes, each with a text that a browser shows when it's pointed at.
class SvgRow {
  public:
    /// What of time is drawn, in nanoseconds; not empty.
    struct Span {
        std::uint64_t begin;
        std::uint64_t end;
    };

    static constexpr double left   = 120;   // where time begins
    static constexpr double width  = 1480;  // of all time
    static constexpr double height = 20;    // with what is between rows

    SvgRow (std::string label, Span span) : label_{std::move (label)}, span_{span} {}

    /// From @p begin to @p end, or the part that the picture shows.
    /// @param depth  inside of how many other boxes, 0 to 3
    void draw (std::uint64_t begin, std::uint64_t end, std::string_view colour, std::string_view text,
               unsigned depth = 0);

    /// Writes the row, its upper edge at @p y.
    void write (std::ostream &out, double y) const;

  private:
    struct Box {
        double x;
        double width;
        unsigned depth;
        std::string colour;
        std::string text;
    };

    static constexpr unsigned depths = 4;

    static void write (std::ostream &out, const Box &box, double y);

    std::string label_;
    Span span_;
    std::vector<Box> boxes_;
    std::array<double, depths> drawn_{};  // up to where, in each depth
};

/// @p text as XML has it.
[[nodiscard]] auto xml_of (std::string_view text) -> std::string;

/// A length in a picture, to a tenth.
[[nodiscard]] auto svg_number (double value) -> std::string;

}  // namespace ravelin::sim::trace

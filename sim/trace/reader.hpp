// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/trace/event.hpp"
#include "sim/trace/header.hpp"

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

namespace ravelin::sim::trace {

/// Reads a trace event by event: the line format, or what PerfettoWriter has written. What isn't a trace, or breaks
/// off, is a FormatError that says in which line.
class Reader {
  public:
    /// Reads as far as the header. Throws FormatError.
    /// @param in  outlives the reader
    explicit Reader (std::istream &in);

    [[nodiscard]] auto header () const -> const Header & { return header_; }

    /// The next event; nothing behind the last. Throws FormatError.
    [[nodiscard]] auto next () -> std::optional<Event>;

  private:
    /// The next line that a trace consists of; nothing at the end of the file.
    [[nodiscard]] auto next_line () -> std::optional<std::string_view>;
    [[nodiscard]] auto read_line () -> bool;

    std::istream &in_;
    Header header_;
    std::string line_;
    std::uint64_t number_{};  // of that line, from 1
    bool wrapped_{};          // each line is in a record of JSON
    bool ended_{};
};

}  // namespace ravelin::sim::trace

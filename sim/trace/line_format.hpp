// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/trace/event.hpp"
#include "sim/trace/header.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace ravelin::sim::trace {

/// A line isn't what README.md says that lines are; says what is wrong with it.
class FormatError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The lines of a trace, without the end of the line: as README.md has it.
[[nodiscard]] auto to_line (const Header &header) -> std::string;
[[nodiscard]] auto to_line (const Event &event) -> std::string;

/// The other way. Throws FormatError.
[[nodiscard]] auto parse_header (std::string_view line) -> Header;
[[nodiscard]] auto parse_event (std::string_view line) -> Event;

}  // namespace ravelin::sim::trace

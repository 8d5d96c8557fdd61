// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ravelin::sim::trace {

/// The command line isn't one that this program understands.
class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// What ravelin-trace is asked to do.
struct Options {
    std::string file;
    std::string svg;       // a file for a picture, or nothing
    std::string perfetto;  // a file for Perfetto, or nothing
    std::string lines;     // a file for the line format, or nothing
    bool text{};           // print it
    double from{};         // seconds: for text and picture
    double to{std::numeric_limits<double>::infinity ()};
    bool help{};

    /// Throws UsageError.
    [[nodiscard]] static auto parse (std::span<const char *const> arguments) -> Options;
};

/// How ravelin-trace is used.
[[nodiscard]] auto usage () -> std::string_view;

}  // namespace ravelin::sim::trace

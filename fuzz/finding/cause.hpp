// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ravelin::fuzz {

/// Why an input is a finding: what is broken, by which trap, and who has seen it. Inputs with the same cause are one
/// finding.
struct Cause {
    std::string rule;                 // each number in it is '#'; empty: nothing is broken
    std::string trap;                 // the last one that was taken, without its arguments; empty: none was
    std::vector<std::string> frames;  // of the stack, the innermost first: names of Ravelin's functions

    /// What tells it from others: 16 digits, the same each time.
    [[nodiscard]] auto id () const -> std::string;
};

/// The cause that a fuzzer's output tells of.
/// @param report  what it printed, of one input
/// @param trace   what TrapLog wrote of that input
[[nodiscard]] auto cause_of (std::string_view report, std::string_view trace) -> Cause;

}  // namespace ravelin::fuzz

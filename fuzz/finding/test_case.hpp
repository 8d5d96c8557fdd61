// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ravelin::fuzz {

/// A finding as a test for tests/unit/fuzz/findings_test.cpp, which fails as long as it's there.
/// @param target  its name
/// @param what    is broken
/// @param trace   of its traps: the last ones are told in a comment
/// @param times   how often it has to be played
[[nodiscard]] auto to_test (std::string_view target, std::span<const std::uint8_t> input, std::string_view what,
                            std::string_view trace, unsigned times) -> std::string;

}  // namespace ravelin::fuzz

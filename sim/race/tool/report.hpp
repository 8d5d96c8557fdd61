// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/race/racer.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace ravelin::sim::race {

/// How much was tried, and what was found.
struct Report {
    explore::Scope scope{};
    std::uint64_t states{};
    std::uint64_t seeds{};
    std::uint64_t races{};
    std::optional<Finding> finding{};
};

/// All of it, in words for people.
[[nodiscard]] auto to_text (const Report &report) -> std::string;

/// The same as JSON: {"scope", "states", "seeds", "races", "finding"}, where "finding" is null or as below.
[[nodiscard]] auto to_json (const Report &report) -> std::string;

/// What was found, in words for people.
[[nodiscard]] auto to_text (const Finding &finding) -> std::string;

/// The same as JSON: {"seed", "what", "way", "steps", "schedule"}.
[[nodiscard]] auto to_json (const Finding &finding) -> std::string;

/// The same as a test for tests/unit/race, which fails as long as it's there.
[[nodiscard]] auto to_test (const Finding &finding, const explore::Scope &scope) -> std::string;

}  // namespace ravelin::sim::race

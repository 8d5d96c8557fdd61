// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/explorer.hpp"

#include <optional>
#include <string>

namespace ravelin::sim::explore {

/// What an exploration has come to, in words for people.
/// @param problem  what ended it; one without steps was there before the first
[[nodiscard]] auto to_text (const Progress &progress, const std::optional<Problem> &problem, const Scope &scope)
    -> std::string;

/// The same as JSON: {"scope", "closed", "states", "transitions", "depth", "seconds", "transitions_per_second",
/// "problem"}, where "problem" is null or {"what", "steps"}.
[[nodiscard]] auto to_json (const Progress &progress, const std::optional<Problem> &problem, const Scope &scope)
    -> std::string;

/// A problem as a test for tests/unit/explore, which fails as long as it's there.
/// @param two_runs  it's one of two machines that differ in a secret
[[nodiscard]] auto to_test (const Problem &problem, const Scope &scope, bool two_runs) -> std::string;

}  // namespace ravelin::sim::explore

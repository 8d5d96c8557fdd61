// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/scope.hpp"
#include "sim/explore/step.hpp"

#include <span>
#include <string_view>

namespace ravelin::sim::race {

/// Holds a race that a Finding speaks of: @p way step by step, then @p steps at the same time. Throws std::exception if
/// it comes to what it may not come to.
/// @param schedule  as a Finding has it in words; std::invalid_argument if it isn't one
void race_again (const explore::Scope &scope, std::span<const explore::Step> way, std::span<const explore::Step> steps,
                 std::string_view schedule);

}  // namespace ravelin::sim::race

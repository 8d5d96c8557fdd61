// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/registers.hpp"
#include "sim/explore/step.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace ravelin::sim::explore {

/// An argument that a call refuses whatever the state is.
struct Mistake {
    Action action;
    unsigned argument;  // of X1 to X7
    bool added;         // @c value, to what would be there; else it's there instead
    std::uint64_t value;
    std::string_view words;
};

/// One of each class that hyp/abi names for the calls that are explored. The one that a step makes is Step::mistake
/// - 1.
[[nodiscard]] auto mistakes () -> std::span<const Mistake>;

/// Makes the mistake of a step; nothing, if it has none.
/// @param mistake    Step::mistake
/// @param registers  of who is about to call
void make_mistake (std::uint8_t mistake, Registers &registers);

}  // namespace ravelin::sim::explore

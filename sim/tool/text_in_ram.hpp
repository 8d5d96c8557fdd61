// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/machine.hpp"

#include <cstddef>
#include <string_view>

namespace ravelin::sim {

/// How often a text is in memory.
struct TextInRam {
    std::size_t of_host{};  // where the host reaches it
    std::size_t hidden{};   // where its stage 2 doesn't lead
};

/// Looks for @p text, which isn't empty, in all RAM of @p machine, by physical addresses.
[[nodiscard]] auto find_text (Machine &machine, std::string_view text) -> TextInRam;

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "fuzz/layout.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace ravelin::fuzz {

/// An input, and what its target has made of it.
struct Played {
    std::vector<std::uint8_t> bytes;
    Layout layout;
};

/// The bytes of one step, and the numbers that they are, by their places in it.
struct Step {
    std::vector<std::uint8_t> bytes;
    std::vector<Layout::Number> numbers;  // all of them within the bytes
};

/// What comes before the first step, and then each step: together they are the input. Of one that isn't spelt in steps
/// there is only the first.
[[nodiscard]] auto steps_of (const Played &input) -> std::vector<Step>;

/// The input of these steps.
[[nodiscard]] auto join (std::span<const Step> steps) -> std::vector<std::uint8_t>;

}  // namespace ravelin::fuzz

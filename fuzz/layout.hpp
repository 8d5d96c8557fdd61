// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ravelin::fuzz {

/// What a number of an input names.
enum class Kind : std::uint8_t {
    choice,  // what is done: a call, a trap, and who does it
    page,    // of the host's or of a VM
    handle,  // of a VM
    value,   // anything else
};

/// What a target has made of an input's bytes: numbers, and steps that they spell.
struct Layout {
    struct Number {
        std::uint32_t begin;
        std::uint8_t size;  // bytes
        Kind kind;
    };

    std::vector<std::uint32_t> steps;  // where each begins, in order
    std::vector<Number> numbers;       // in order; the last may reach beyond the input's end

    void clear () {
        steps.clear ();
        numbers.clear ();
    }
};

}  // namespace ravelin::fuzz

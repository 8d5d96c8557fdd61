// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "fuzz/input.hpp"
#include "fuzz/target.hpp"

#include <cstdint>
#include <span>

namespace ravelin::fuzz {

/// Plays an input of these bytes. Throws std::exception if something is broken.
inline void play (Target &target, std::span<const std::uint8_t> bytes) {
    Input input{bytes};
    static_cast<void> (target.play (input));
}

}  // namespace ravelin::fuzz

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/clock.hpp"

#include <cstdint>
#include <string>

namespace ravelin::sim {

/// The machine's time in seconds, to the microsecond, in a column of its own width.
[[nodiscard]] inline auto seconds_of (const Clock &clock) -> std::string {
    constexpr std::uint64_t micro = 1'000'000;
    constexpr std::size_t width   = 4;

    const auto frequency   = clock.frequency ();
    const auto whole       = std::to_string (clock.now () / frequency);
    const auto fraction    = std::to_string (micro + clock.now () % frequency * micro / frequency);
    const std::size_t room = width > whole.size () ? width - whole.size () : 0;
    return std::string (room, ' ') + whole + "." + fraction.substr (1);
}

}  // namespace ravelin::sim

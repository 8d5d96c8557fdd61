// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/clock.hpp"

#include <algorithm>
#include <cstdint>

/// Time as far as it makes a difference: what is explored counts in units that are longer than all steps of a way to a
/// state take, and every deadline is where a unit begins, or over at once.
namespace ravelin::sim::explore::units {

inline constexpr Ticks length = 1ULL << 32;

/// Time begins here, so that there is a past.
inline constexpr Ticks first = 16;

/// The most that a VM's CNTVOFF_EL2 is.
inline constexpr Ticks most_offset = 1;

/// The unit that @p moment is in.
[[nodiscard]] constexpr auto of (Ticks moment) -> Ticks {
    return moment / length;
}

/// In how many units from @p now on @p moment is. What is further in the past than any offset makes up for is all the
/// same; so is what never comes.
[[nodiscard]] constexpr auto until (Ticks moment, Ticks now) -> std::int64_t {
    constexpr std::int64_t past = -static_cast<std::int64_t> (most_offset);
    constexpr std::int64_t far  = 7;  // no step makes a deadline that is further away
    return moment == never ? far : std::clamp (static_cast<std::int64_t> (of (moment) - of (now)), past, far);
}

}  // namespace ravelin::sim::explore::units

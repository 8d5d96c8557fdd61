// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/violation.hpp"

#include <cstdint>
#include <string>

namespace ravelin::sim::explore {

// What is in the registers of a host and of a guest, one more in each, but for those that a step sets.
inline constexpr std::uint64_t hosts_register  = 0x4057'0000;
inline constexpr std::uint64_t guests_register = 0x6e57'0000;

/// Something isn't as it must be.
[[noreturn]] inline void differ (const std::string &what) {
    throw Violation{"explorer: " + what};
}

}  // namespace ravelin::sim::explore

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace guest {

/// What a vCPU of the guest errands.cpp does for ever, a number of times between two of its asks.
enum class Errand : std::uint64_t {
    read_iidr,        // reads GICD_IIDR
    read_isenabler1,  // reads GICD_ISENABLER1
    send_ipi,         // sends vCPU 1 an SGI, and waits until it has been handled
    take_ipi,         // handles it
    take_timer,       // handles its virtual timer's interrupt, and tells how many instructions that took to come
};

inline constexpr unsigned errand_bits = 4;

/// What a vCPU is told: what to do, and how often.
[[nodiscard]] constexpr auto errand (Errand errand, std::uint64_t times) -> std::uint64_t {
    return times << errand_bits | static_cast<std::uint64_t> (errand);
}

}  // namespace guest

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace guest {

/// What the guest trips.cpp does for ever.
enum class Trip : std::uint64_t {
    call,          // calls_between_asks null calls, then an ask
    exit,          // an ask
    exit_with_fp,  // uses floating point, then asks
};

inline constexpr std::uint64_t calls_between_asks = 100;

}  // namespace guest

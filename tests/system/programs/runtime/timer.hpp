// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "system_register.hpp"

#include <cstdint>

namespace el1 {

/// INTID of the virtual timer's interrupt.
inline constexpr std::uint32_t timer_interrupt = 27;

/// The virtual counter, behind everything that came before.
[[nodiscard]] inline auto now () -> std::uint64_t {
    asm volatile ("isb" ::: "memory");
    return read<sysreg::cntvct_el0> ();
}

[[nodiscard]] inline auto ticks_of (std::uint64_t milliseconds) -> std::uint64_t {
    constexpr std::uint64_t milliseconds_a_second = 1000;
    return read<sysreg::cntfrq_el0> () * milliseconds / milliseconds_a_second;
}

/// Lets this CPU's virtual timer fire at @p when.
inline void set_timer (std::uint64_t when) {
    constexpr std::uint64_t enable = 1;
    write<sysreg::cntv_cval_el0> (when);
    write<sysreg::cntv_ctl_el0> (enable);
}

inline void stop_timer () {
    write<sysreg::cntv_ctl_el0> (0);
}

/// Tries until @p done says so, or @p milliseconds have passed.
/// @return  whether it was done
template <class Done>
[[nodiscard]] auto wait_until (std::uint64_t milliseconds, Done done) -> bool {
    const std::uint64_t end = now () + ticks_of (milliseconds);
    while (!done ()) {
        if (now () > end) { return done (); }
        asm volatile ("yield");
    }
    return true;
}

}  // namespace el1

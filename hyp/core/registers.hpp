// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ravelin {

/// The general-purpose registers of the context that was interrupted, as the vectors save them.
/// A hypervisor call saves only X0-X18, X29 and X30: X19-X28 belong to the callee and are still in the CPU.
struct Registers {
    std::array<std::uint64_t, 31> x;

    /// Register @p number as an instruction names it: 31 is the zero register.
    [[nodiscard]] constexpr auto read (unsigned number) const -> std::uint64_t {
        return number < x.size () ? x[number] : 0;
    }

    /// Sets register @p number as an instruction names it; writes to the zero register are dropped.
    constexpr void write (unsigned number, std::uint64_t value) {
        if (number < x.size ()) { x[number] = value; }
    }
};

static_assert (sizeof (Registers) == 31 * 8, "the vectors save and restore by offset");

/// What a CPU does after a trap; the vectors know the values, and look at all of a W register.
enum class Next : std::uint32_t {
    resume       = 0,  // go back to what the registers and ELR_EL2 now say
    off          = 1,  // the CPU has been turned off: Hypervisor::park()
    change_world = 2,  // between host and guest: Hypervisor::change_world()
};

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"

#include <cstdint>

namespace el1 {

using ravelin::Pa;

// Stage 1, made at start and the same for all CPUs: 1 GiB blocks. The GiB that the program was loaded to is
// cached Normal memory wherever the program runs in it.
//
//     0x00_0000_0000              each PA at its own address, for EL1; Device, but for the program's GiB
//     0x00_8000_0000              the program's GiB again, for EL0: low enough for AArch32
//     0x40_0000_0000              each PA again, for EL0; Normal, not cached
//     0xffff_ff80_0000_0000       each PA again, for EL1; Normal, not cached
//     0xffff_ffc0_0000_0000       each PA again, for EL1; Device
//     0xffff_ffff_c000_0000       a GiB behind the 40 bits of PA that stage 2 has, for EL1

/// PAs below this appear in the windows.
inline constexpr std::uint64_t window_size = 0x40'0000'0000;

/// Where the last window leads.
inline constexpr Pa behind_stage2{1ULL << 40};

/// Addresses at which EL1 reaches @p pa as Normal memory (code or data) and as a device, and EL0 as Normal
/// memory.
[[nodiscard]] constexpr auto normal_window (Pa pa) -> std::uint64_t {
    return 0xffff'ff80'0000'0000 + pa.value ();
}

[[nodiscard]] constexpr auto device_window (Pa pa) -> std::uint64_t {
    return 0xffff'ffc0'0000'0000 + pa.value ();
}

[[nodiscard]] constexpr auto user_window (Pa pa) -> std::uint64_t {
    return window_size + pa.value ();
}

/// Where AArch32 at EL0 reaches @p pa, which is in the program's GiB.
[[nodiscard]] constexpr auto low_user_window (Pa pa) -> std::uint64_t {
    constexpr std::uint64_t gib = 1ULL << 30;
    return 2 * gib + pa.value () % gib;
}

/// Where EL1 reaches PA behind_stage2.
[[nodiscard]] constexpr auto behind_stage2_window () -> std::uint64_t {
    return 0xffff'ffff'c000'0000;
}

/// The PA of @p object, of the program's own.
template <class T>
[[nodiscard]] auto address_of (const T &object) -> Pa {
    return Pa{reinterpret_cast<std::uint64_t> (&object)};
}

}  // namespace el1

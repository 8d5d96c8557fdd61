// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bit_field.hpp"

#include <cstdint>

namespace ravelin {

/// VTCR_EL2: 40-bit PA, 4 KiB granule, 8-bit VMID, walks start at level 1 through the caches.  [ARM DDI 0487,
/// D17.2.155]
/// @param ipa_bits  31 to 40
[[nodiscard]] constexpr auto vtcr (unsigned ipa_bits) -> std::uint64_t {
    constexpr Bits64 t0sz{5, 0};     // 64 - bits of an IPA
    constexpr Bits64 sl0{7, 6};      // level where walks start, for this granule: 1 is level 1
    constexpr Bits64 irgn0{9, 8};    // inner: 1 is write-back
    constexpr Bits64 orgn0{11, 10};  // outer: 1 is write-back
    constexpr Bits64 sh0{13, 12};    // 3 is inner shareable
    constexpr Bits64 ps{18, 16};     // 2 is 40 bits of PA
    constexpr Bits64 res1{31, 31};
    return t0sz.put (64 - ipa_bits) | sl0.put (1) | irgn0.put (1) | orgn0.put (1) | sh0.put (3) | ps.put (2) |
           res1.mask ();
}

/// VTTBR_EL2.VMID.  [D17.2.156]
inline constexpr Bits64 vttbr_vmid{55, 48};

}  // namespace ravelin

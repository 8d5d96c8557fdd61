// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "machine.hpp"
#include "victim.hpp"

#include <cstdint>

namespace attacks {

inline constexpr std::uint64_t page = ravelin::page_size;

/// Where in its RAM no victim has anything yet.
inline constexpr std::uint64_t elsewhere = GUEST_PAGE + 16 * page;

/// What Ravelin's image has near its start.  [Linux, Documentation/arch/arm64/booting]
inline constexpr std::uint64_t image_magic_at = 56;
inline constexpr std::uint64_t image_magic    = 0x644d'5241;

/// The virtual interface's control registers, which no host is to reach, and one of them that is never 0.
/// [IHI 0048B, 5.3]
[[nodiscard]] inline auto gich () -> Pa {
    return el1::machine ().is_pi () ? Pa{0xff84'4000} : Pa{0x0803'0000};
}
inline constexpr std::uint64_t gich_vtr = 0x04;

// Calls that may be refused: what becomes of the victim shows whether they were.

/// Tries to let @p to have the host's page at @p place.
inline void donate (const Victim &to, std::uint64_t ipa, Pa place, std::uint64_t pages = 1) {
    static_cast<void> (vms::vm_call (RAVELIN_VM_DONATE, to.handle (), ipa, place.value (), pages));
}

/// Tries to let @p to, which is plain, reach the host's page at @p place.
inline void lend (const Victim &to, std::uint64_t ipa, Pa place) {
    static_cast<void> (vms::vm_call (RAVELIN_VM_LEND, to.handle (), ipa, place.value (), 1, RAVELIN_WRITABLE));
}

}  // namespace attacks

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/tlb_invalidation.hpp"
#include "sim/replay/record/registers.hpp"

#include <cstdint>
#include <utility>

namespace ravelin::sim::replay {

/// TLBI as the instruction encodes it.  [ARM DDI 0487, C5.5]
[[nodiscard]] constexpr auto encoding_of (const TlbInvalidation &what) -> std::uint32_t {
    using enum TlbInvalidation::Kind;
    switch (what.kind) {
    case alle1:        return encoding_of (hal::SystemRegister{1, 4, 8, 7, 4});
    case vmalle1:      return encoding_of (hal::SystemRegister{1, 0, 8, 7, 0});
    case ipas2e1is:    return encoding_of (hal::SystemRegister{1, 4, 8, 0, 1});
    case vmalle1is:    return encoding_of (hal::SystemRegister{1, 0, 8, 3, 0});
    case vmalls12e1is: return encoding_of (hal::SystemRegister{1, 4, 8, 3, 6});
    }
    std::unreachable ();
}

/// Xt of it.
[[nodiscard]] constexpr auto argument_of (const TlbInvalidation &what) -> std::uint64_t {
    return what.kind == TlbInvalidation::Kind::ipas2e1is ? what.ipa.value () / page_size : 0;
}

/// IC IALLUIS, or IC IALLU.
[[nodiscard]] constexpr auto encoding_of_ic (bool everywhere) -> std::uint32_t {
    return encoding_of (everywhere ? hal::SystemRegister{1, 0, 7, 1, 0} : hal::SystemRegister{1, 0, 7, 5, 0});
}

}  // namespace ravelin::sim::replay

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/host/syndrome.hpp"

#include <cstdint>

namespace ravelin::sim {

/// Whether @p instruction loads or stores one general-purpose register and writes its base back: LDR, STR and
/// the like, pre- or post-indexed.  [ARM DDI 0487, C4.1.88]
[[nodiscard]] constexpr auto writes_base_back (std::uint32_t instruction) -> bool {
    constexpr std::uint32_t fields  = 0x3f20'0400;  // 29-24, 21, 10
    constexpr std::uint32_t indexed = 0x3800'0400;
    return (instruction & fields) == indexed;
}

/// The syndrome of a data abort without what only tells how to emulate the access: ISV, SAS, SSE, SRT, SF and
/// AR are 0 if the base is written back, but Unicorn sets them.  [D17.2.37, ISS encoding of a data abort]
[[nodiscard]] constexpr auto without_access (std::uint64_t syndrome) -> std::uint64_t {
    constexpr Bits64 access{24, 14};
    return access.set (syndrome, 0);
}

}  // namespace ravelin::sim

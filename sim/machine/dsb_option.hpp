// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/concept.hpp"

#include <cstdint>

namespace ravelin::sim {

/// CRm of a DSB: numbers of the manual's own, which those of hal::Dsb are held to.  [ARM DDI 0487, C6.2.84]
[[nodiscard]] constexpr auto option_of (hal::Dsb kind) -> std::uint64_t {
    switch (kind) {
    case hal::Dsb::ishst: return 0b1010;
    case hal::Dsb::ish:   return 0b1011;
    case hal::Dsb::sy:    return 0b1111;
    }
    return 0;
}

}  // namespace ravelin::sim

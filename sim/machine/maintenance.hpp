// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "sim/machine/tlb_invalidation.hpp"

#include <cstdint>

namespace ravelin::sim {

/// What EL2 does to caches and TLBs, or makes them need.
struct Maintenance {
    enum class Kind : std::uint8_t {
        write,       // gets hold of bytes, to fill them
        clean,       // DC CIVAC of all lines
        invalidate,  // TLBI
        code,        // IC IALLUIS
        complete,    // a DSB that waits for all of these
    };

    Kind kind;
    PaRange range{};        // of write and clean
    TlbInvalidation tlb{};  // of invalidate
};

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "instruction.hpp"
#include "memory.hpp"
#include "victim.hpp"

#include <cstdint>

namespace attacks {

/// What a load of X2 at @p address, which X1 holds, reads; 0 if it faults. @p load is the instruction.
[[nodiscard]] inline auto load_at (std::uint64_t address, el1::Level level = el1::Level::el1h,
                                   std::uint32_t load = 0xf940'0022) -> std::uint64_t {  // LDR X2, [X1]
    el1::Context context;
    context.x[1] = address;
    return el1::run_instruction (load, level, context) ? context.x[2] : 0;
}

/// Tries to store X2, which is forged, at @p address, which X1 holds.
inline void store_at (std::uint64_t address, el1::Level level = el1::Level::el1h,
                      std::uint32_t store = 0xf900'0022) {  // STR X2, [X1]
    el1::Context context;
    context.x[1] = address;
    context.x[2] = forged;
    el1::run_instruction (store, level, context);
}

}  // namespace attacks

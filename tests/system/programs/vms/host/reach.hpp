// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "instruction.hpp"
#include "memory.hpp"

#include <cstdint>
#include <optional>

namespace vms {

// What the host reaches, through its caches where it runs itself. Only the first CPU asks.

/// What a load from @p place reads, unless it is an alignment fault.
[[nodiscard]] inline auto try_load (el1::Pa place) -> std::optional<std::uint64_t> {
    constexpr std::uint32_t load_double = 0xf940'0022;  // LDR X2, [X1]
    el1::Context context;
    context.x[1] = el1::normal_window (place);
    return el1::run_instruction (load_double, el1::Level::el1h, context) ? std::optional{context.x[2]} : std::nullopt;
}

/// Whether a store of @p value to @p place goes through.
[[nodiscard]] inline auto try_store (el1::Pa place, std::uint64_t value) -> bool {
    constexpr std::uint32_t store_double = 0xf900'0022;  // STR X2, [X1]
    el1::Context context;
    context.x[1] = el1::normal_window (place);
    context.x[2] = value;
    return el1::run_instruction (store_double, el1::Level::el1h, context);
}

}  // namespace vms

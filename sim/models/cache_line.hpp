// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace ravelin::sim {

/// Bytes of a cache line, of all caches of a Cortex-A72.
inline constexpr std::uint64_t cache_line_size = 64;

/// What a line holds.
using LineBytes = std::array<std::byte, cache_line_size>;

/// The line that @p pa lies in.
[[nodiscard]] constexpr auto line_of (Pa pa) -> Pa {
    return pa.align_down (cache_line_size);
}

/// Calls @p use with each line that has bytes of @p range.
template <class Use>
void for_each_line (PaRange range, Use &&use) {
    for (Pa line = line_of (range.start); line < range.end (); line = line + cache_line_size) {
        use (line);
    }
}

}  // namespace ravelin::sim

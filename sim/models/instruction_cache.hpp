// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/random.hpp"
#include "sim/models/cache_line.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace ravelin::sim {

/// The instruction cache of one CPU. It's tagged by PA, whoever executes, and knows nothing of what becomes of memory
/// behind it. What is fetched without caches it may keep as well.  [ARM DDI 0487, D7.5.2]
class InstructionCache {
  public:
    /// Lines that it has room for: 48 KiB, as a Cortex-A72.
    static constexpr std::size_t capacity = (48U << 10) / cache_line_size;

    explicit InstructionCache (std::uint64_t seed) : random_{seed} {}

    /// The line at @p line, which @p fill returns if the cache hasn't got it.
    template <class Fill>
    [[nodiscard]] auto fetch (Pa line, Fill &&fill) -> const LineBytes & {
        if (const auto known = places_.find (line.value ()); known != places_.end ()) {
            return lines_[known->second].bytes;
        }
        return insert (line, fill ());
    }

    /// IC IVAU, and IC IALLU.
    void invalidate (Pa line);
    void invalidate_all ();

    /// How often its lines have changed: while it's the same, it has what it had.
    [[nodiscard]] auto changes () const -> std::uint64_t { return changes_; }

  private:
    struct Line {
        Pa pa;
        LineBytes bytes;
    };

    auto insert (Pa line, const LineBytes &bytes) -> const LineBytes &;

    Random random_;
    std::uint64_t changes_{};
    std::vector<Line> lines_;
    std::unordered_map<std::uint64_t, std::uint32_t> places_;  // in lines_, by address
};

}  // namespace ravelin::sim

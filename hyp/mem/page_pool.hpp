// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "hyp/core/status.hpp"
#include "hyp/hal/hal.hpp"

#include <algorithm>
#include <cstddef>

namespace ravelin
{

/// Pages set aside for translation tables. They're handed out once, while booting, and never come back.
class PagePool
{
  public:
    /// @param pages  page-aligned memory that nobody else uses
    explicit constexpr PagePool (PaRange pages) : next_{pages.start}, end_{pages.end ()} {}

    /// @p pages pages full of zeros, side by side and aligned to their size, or Status::no_memory.
    /// @param pages  a power of two
    [[nodiscard]] auto allocate (hal::Cpu &cpu, std::uint64_t pages = 1) -> Result<Pa>
    {
        const std::uint64_t bytes = pages * page_size;
        const Pa start            = next_.align_up (bytes);
        if (start > end_ || end_ - start < bytes)
        {
            return refuse (Status::no_memory);
        }
        next_ = start + bytes;
        std::ranges::fill (cpu.bytes (PaRange{start, bytes}), std::byte{0});
        return start;
    }

  private:
    Pa next_;
    Pa end_;
};

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "hyp/core/status.hpp"
#include "hyp/hal/hal.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace ravelin {

/// Pages for translation tables: a range that is handed out from its start, and single pages that were given
/// later or have come back, in a list that is threaded through them.
class PagePool {
  public:
    constexpr PagePool () = default;

    /// @param pages  page-aligned memory that nobody else uses, whatever is in it
    explicit constexpr PagePool (PaRange pages) : next_{pages.start}, end_{pages.end ()} {}

    /// Pages that allocate() can still return, one by one.
    [[nodiscard]] constexpr auto available () const -> std::uint64_t { return listed_ + (end_ - next_) / page_size; }

    /// A page full of zeros, or Status::no_memory.
    [[nodiscard]] auto allocate (hal::Cpu &cpu) -> Result<Pa> {
        const auto page = take (cpu);
        if (!page) { return allocate_aligned (cpu, 1); }
        cpu.store<std::uint64_t> (*page, 0);
        return *page;
    }

    /// @p pages pages full of zeros, side by side and aligned to their size, from the range; or
    /// Status::no_memory.
    /// @param pages  a power of two
    [[nodiscard]] auto allocate_aligned (hal::Cpu &cpu, std::uint64_t pages) -> Result<Pa> {
        const std::uint64_t bytes = pages * page_size;
        const Pa start            = next_.align_up (bytes);
        if (start > end_ || end_ - start < bytes) { return refuse (Status::no_memory); }
        next_ = start + bytes;
        std::ranges::fill (cpu.bytes (PaRange{start, bytes}), std::byte{0});
        return start;
    }

    /// Adds a page that nobody else uses, whatever is in it.
    void give (hal::Cpu &cpu, Pa page) {
        std::ranges::fill (cpu.bytes (PaRange{page, page_size}), std::byte{0});
        cpu.store<std::uint64_t> (page, first_.value ());
        first_ = page;
        ++listed_;
    }

    /// Takes a page out of the list for good; nothing if it's empty.
    [[nodiscard]] auto take (hal::Cpu &cpu) -> std::optional<Pa> {
        if (listed_ == 0) { return std::nullopt; }
        const Pa page = first_;
        first_        = Pa{cpu.load<std::uint64_t> (page)};
        --listed_;
        return page;
    }

  private:
    Pa next_;
    Pa end_;
    Pa first_;  // of the list; each page holds the next one's address
    std::uint64_t listed_{};
};

}  // namespace ravelin

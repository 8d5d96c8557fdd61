// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/vm_calls.h"
#include "hyp/core/range.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace ravelin {

/// An address of at most 52 bits from a number from the host. Where one is larger there is neither RAM nor a
/// guest's, nor is there here; but a range from here on doesn't run past the end of all numbers.
template <class A>
[[nodiscard]] constexpr auto as_address (std::uint64_t number) -> A {
    constexpr std::uint64_t beyond_all = 1ULL << 52;
    return A{std::min (number, beyond_all)};
}

/// The range of @p pages pages at @p start, both from the host: page aligned, 1 to RAVELIN_BATCH_PAGES;
/// nothing if it isn't.
template <class A>
[[nodiscard]] constexpr auto as_pages (std::uint64_t start, std::uint64_t pages) -> std::optional<Range<A>> {
    if (!A{start}.is_aligned (page_size) || pages == 0 || pages > RAVELIN_BATCH_PAGES) { return std::nullopt; }
    return Range<A>{as_address<A> (start), pages * page_size};
}

/// The same, or one whole block.
template <class A>
[[nodiscard]] constexpr auto as_pages_or_block (std::uint64_t start, std::uint64_t pages) -> std::optional<Range<A>> {
    if (pages != RAVELIN_BLOCK_PAGES) { return as_pages<A> (start, pages); }
    return A{start}.is_aligned (block_size) ? std::optional{Range<A>{as_address<A> (start), block_size}} : std::nullopt;
}

}  // namespace ravelin

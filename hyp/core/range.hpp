// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace ravelin {

/// @p size bytes from @p start on. Ends below 2^64, which make() checks for numbers from outside.
template <class A>
struct Range {
    A start;
    std::uint64_t size;

    /// The range, unless it runs past the end of the address space.
    [[nodiscard]] static constexpr auto make (A start, std::uint64_t size) -> std::optional<Range> {
        if (start.value () + size < start.value ()) { return std::nullopt; }
        return Range{start, size};
    }

    /// The first address behind the range.
    [[nodiscard]] constexpr auto end () const -> A { return start + size; }

    [[nodiscard]] constexpr auto contains (A address) const -> bool {
        return address >= start && address - start < size;
    }

    /// Whether all of @p other lies inside; an empty one does if it starts inside or at the end. @p other may
    /// run past the end of the address space.
    [[nodiscard]] constexpr auto contains (const Range &other) const -> bool {
        return other.start >= start && other.start - start <= size && other.size <= size - (other.start - start);
    }

    [[nodiscard]] constexpr auto overlaps (const Range &other) const -> bool {
        return start < other.end () && other.start < end ();
    }

    /// What is left of the range below @p other, and what is left above; either may be empty.
    [[nodiscard]] constexpr auto without (const Range &other) const -> std::array<Range, 2> {
        const A below_end   = std::clamp (other.start, start, end ());
        const A above_start = std::clamp (other.end (), start, end ());
        return {Range{start, below_end - start}, Range{above_start, end () - above_start}};
    }

    friend constexpr auto operator== (const Range &, const Range &) -> bool = default;
};

using PaRange  = Range<Pa>;
using IpaRange = Range<Ipa>;

}  // namespace ravelin

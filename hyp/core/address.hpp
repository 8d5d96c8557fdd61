// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <compare>
#include <cstdint>

namespace ravelin {

/// Bytes in a page, the smallest thing that stage 2 maps: Ravelin uses the 4 KiB granule only.
inline constexpr std::uint64_t page_size = 4096;

/// Bytes in a level-2 block.
inline constexpr std::uint64_t block_size = page_size * 512;

/// An address of one kind, which doesn't turn into one of another kind by itself.
/// @tparam Kind  names the kind
template <class Kind>
class Address {
  public:
    constexpr Address () = default;
    explicit constexpr Address (std::uint64_t value) : value_{value} {}

    [[nodiscard]] constexpr auto value () const -> std::uint64_t { return value_; }

    /// Whether the address is a multiple of @p alignment, a power of two.
    [[nodiscard]] constexpr auto is_aligned (std::uint64_t alignment) const -> bool {
        return (value_ & (alignment - 1)) == 0;
    }

    /// The nearest multiple of @p alignment, a power of two, at or below.
    [[nodiscard]] constexpr auto align_down (std::uint64_t alignment) const -> Address {
        return Address{value_ & ~(alignment - 1)};
    }

    /// The nearest multiple of @p alignment, a power of two, at or above.
    [[nodiscard]] constexpr auto align_up (std::uint64_t alignment) const -> Address {
        return Address{value_ + (alignment - 1)}.align_down (alignment);
    }

    [[nodiscard]] constexpr auto operator+ (std::uint64_t bytes) const -> Address { return Address{value_ + bytes}; }

    /// Bytes from @p other up to here.
    [[nodiscard]] constexpr auto operator- (Address other) const -> std::uint64_t { return value_ - other.value_; }

    friend constexpr auto operator<=> (Address, Address) = default;

  private:
    std::uint64_t value_{};
};

using Pa  = Address<struct PhysicalKind>;
using Ipa = Address<struct IntermediateKind>;
using Va  = Address<struct VirtualKind>;

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <concepts>

namespace ravelin {

/// Bits @p msb down to @p lsb of a register or descriptor, numbered as the Arm manuals do.
/// @tparam T  the unsigned integer that holds the whole register
template <std::unsigned_integral T>
struct BitField {
    unsigned msb;
    unsigned lsb;

    /// The field's bits, all set, in place.
    [[nodiscard]] constexpr auto mask () const -> T {
        const unsigned width = msb - lsb + 1;
        const T ones         = width >= sizeof (T) * 8 ? ~T{0} : static_cast<T> ((T{1} << width) - 1);
        return static_cast<T> (ones << lsb);
    }

    /// The field's value in @p whole.
    [[nodiscard]] constexpr auto get (T whole) const -> T { return (whole & mask ()) >> lsb; }

    /// @p value in the field's place; bits that don't fit are dropped.
    [[nodiscard]] constexpr auto put (T value) const -> T { return static_cast<T> (value << lsb) & mask (); }

    /// @p whole with the field replaced by @p value.
    [[nodiscard]] constexpr auto set (T whole, T value) const -> T { return (whole & ~mask ()) | put (value); }

    /// Whether any bit of the field is set in @p whole.
    [[nodiscard]] constexpr auto any (T whole) const -> bool { return (whole & mask ()) != 0; }
};

/// A field of a 64-bit register.
using Bits64 = BitField<unsigned long>;
/// A field of a 32-bit register.
using Bits32 = BitField<unsigned int>;

}  // namespace ravelin

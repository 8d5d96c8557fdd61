// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace ravelin::fuzz {

/// The bytes of one fuzz input, taken from the front; beyond the end there are zeros.
class Input {
  public:
    Input (const std::uint8_t *data, std::size_t size) : rest_{data, size} {}

    [[nodiscard]] auto empty () const -> bool { return rest_.empty (); }

    /// The next number, little-endian.
    template <class T>
    [[nodiscard]] auto take () -> T {
        static_assert (std::endian::native == std::endian::little);
        T value{};
        const auto size = std::min (sizeof (T), rest_.size ());
        std::memcpy (&value, rest_.data (), size);
        rest_ = rest_.subspan (size);
        return value;
    }

  private:
    std::span<const std::uint8_t> rest_;
};

}  // namespace ravelin::fuzz

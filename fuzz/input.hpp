// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "fuzz/layout.hpp"

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
    /// @param layout  is told what the bytes are taken for, unless nullptr
    explicit Input (std::span<const std::uint8_t> bytes, Layout *layout = nullptr)
        : rest_{bytes}, size_{bytes.size ()}, layout_{layout} {}

    [[nodiscard]] auto empty () const -> bool { return rest_.empty (); }

    /// What has not been taken.
    [[nodiscard]] auto rest () const -> std::span<const std::uint8_t> { return rest_; }

    /// What is taken from here on is a step of its own: others may come before it, or take its place.
    void begin_step () {
        if (layout_ != nullptr) { layout_->steps.push_back (taken ()); }
    }

    /// The next number, little-endian.
    template <class T>
    [[nodiscard]] auto take (Kind kind = Kind::value) -> T {
        static_assert (std::endian::native == std::endian::little);
        if (layout_ != nullptr && !empty ()) { layout_->numbers.push_back ({taken (), sizeof (T), kind}); }
        T value{};
        const auto size = std::min (sizeof (T), rest_.size ());
        std::memcpy (&value, rest_.data (), size);
        rest_ = rest_.subspan (size);
        return value;
    }

  private:
    [[nodiscard]] auto taken () const -> std::uint32_t { return static_cast<std::uint32_t> (size_ - rest_.size ()); }

    std::span<const std::uint8_t> rest_;
    std::size_t size_;  // of all
    Layout *layout_;
};

}  // namespace ravelin::fuzz

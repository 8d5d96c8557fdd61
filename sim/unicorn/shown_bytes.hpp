// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace ravelin::sim {

/// Bytes of RAM that show something else for a moment, because Unicorn sees nothing but RAM.
class ShownBytes {
  public:
    /// Notes what is in @p place, so that put_back() restores it; the caller changes it.
    void remember (std::span<std::byte> place) {
        places_.push_back (place);
        bytes_.insert (bytes_.end (), place.begin (), place.end ());
    }

    /// Shows @p bytes in @p place.
    void show (std::span<std::byte> place, std::span<const std::byte> bytes) {
        remember (place);
        std::ranges::copy (bytes, place.begin ());
    }

    /// Ends all of that.
    void put_back () {
        auto from = bytes_.begin ();
        for (const auto &place : places_) {
            std::copy_n (from, place.size (), place.begin ());
            from += static_cast<std::ptrdiff_t> (place.size ());
        }
        places_.clear ();
        bytes_.clear ();
    }

    [[nodiscard]] auto any () const -> bool { return !places_.empty (); }

  private:
    std::vector<std::span<std::byte>> places_;  // no two overlap
    std::vector<std::byte> bytes_;
};

}  // namespace ravelin::sim

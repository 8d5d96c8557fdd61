// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ravelin::sim::explore {

/// Words, one after the other.
class Words {
  public:
    Words () = default;
    Words (const Words &other) { *this = other; }
    /// Copies what there is: that's little, but where interrupts are explored, and it's done for each step.
    auto operator= (const Words &other) -> Words & {
        std::ranges::copy (other.all (), words_.begin ());
        size_ = other.size_;
        return *this;
    }
    ~Words () = default;

    void add (std::uint64_t word) { words_.at (size_++) = word; }

    [[nodiscard]] auto all () const -> std::span<const std::uint64_t> { return std::span{words_}.first (size_); }

    friend auto operator< (const Words &left, const Words &right) -> bool {
        return std::ranges::lexicographical_compare (left.all (), right.all ());
    }

  private:
    std::array<std::uint64_t, 512> words_;
    std::size_t size_{};
};

/// A word of several small numbers.
class Packed {
  public:
    void add (std::uint64_t number, unsigned bits) { word_ = word_ << bits | (number & ((1ULL << bits) - 1)); }
    [[nodiscard]] auto word () const -> std::uint64_t { return word_; }

  private:
    std::uint64_t word_{};
};

}  // namespace ravelin::sim::explore

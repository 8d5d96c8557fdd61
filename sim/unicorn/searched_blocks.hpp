// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace ravelin::sim {

/// Blocks of code that somebody has searched for something, so that each is searched once. Some are forgotten where
/// others take their places.
class SearchedBlocks {
  public:
    /// Whether the block of @p size bytes at virtual address @p block has it; nothing: that isn't known.
    [[nodiscard]] auto find (std::uint64_t block, std::uint64_t size) const -> std::optional<bool> {
        const Searched &one = searched_[index_of (block)];
        const bool is_it    = one.block == block && one.size == size && one.times == times_;
        return is_it ? std::optional{one.found} : std::nullopt;
    }

    /// It has, or hasn't.
    void add (std::uint64_t block, std::uint64_t size, bool found) {
        searched_[index_of (block)] = {block, size, times_, found};
    }

    /// Other code may be at these addresses.
    void forget () { ++times_; }

  private:
    struct Searched {
        std::uint64_t block;
        std::uint64_t size;
        std::uint64_t times;  // that all had been forgotten
        bool found;
    };

    static constexpr std::uint64_t places = 1024;

    [[nodiscard]] static auto index_of (std::uint64_t block) -> std::uint64_t { return block / 4 % places; }

    std::uint64_t times_{1};
    std::array<Searched, places> searched_{};
};

}  // namespace ravelin::sim

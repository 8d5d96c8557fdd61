// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace ravelin::sim::replay {

/// Some bytes of memory, wherever they are.
class SparseMemory {
  public:
    struct Page {
        std::array<std::byte, page_size> bytes{};
        std::bitset<page_size> known;  // which of them
    };

    /// Keeps @p bytes, which are at @p pa. Returns whether all were known, and the same.
    auto put (std::uint64_t pa, std::span<const std::byte> bytes) -> bool;

    /// The byte at @p pa, if it's known.
    [[nodiscard]] auto at (std::uint64_t pa) const -> std::optional<std::byte>;

    /// Forgets all.
    void clear ();

    /// Calls @p look with the address of each page of which something is known, and the page.
    template <class Look>
    void each (Look &&look) const {
        for (const auto number : touched_) {
            look (number * page_size, *pages_.at (number));
        }
    }

  private:
    std::unordered_map<std::uint64_t, std::unique_ptr<Page>> pages_;
    std::vector<std::uint64_t> touched_;  // numbers of pages, since all was forgotten
};

}  // namespace ravelin::sim::replay

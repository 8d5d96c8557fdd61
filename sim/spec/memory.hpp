// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/page.hpp"

#include <cstddef>
#include <vector>

namespace ravelin::spec {

/// A range of addresses; multiples of a page.
struct AddressRange {
    std::uint64_t base{};
    std::uint64_t bytes{};

    auto operator== (const AddressRange &) const -> bool = default;
};

/// All RAM there is, page by page.
class Memory {
  public:
    /// @param ram      what there is; ranges don't overlap
    /// @param ravelin  what of it is Ravelin's own
    Memory (const std::vector<AddressRange> &ram, const std::vector<AddressRange> &ravelin);

    /// Page @p number; nullptr if there is no RAM.
    [[nodiscard]] auto find (PageNumber number) const -> const Page *;
    [[nodiscard]] auto find (PageNumber number) -> Page *;

    /// Calls @p visit (number, page) for each page.
    template <class Visit>
    void for_each (Visit visit) const {
        for (const Span &span : spans_) {
            for (PageNumber i = 0; i < span.pages; ++i) {
                visit (span.first + i, pages_[span.index + i]);
            }
        }
    }

    auto operator== (const Memory &) const -> bool = default;

  private:
    struct Span {
        PageNumber first{};
        PageNumber pages{};
        std::size_t index{};  // of its first page in pages_

        auto operator== (const Span &) const -> bool = default;
    };

    std::vector<Span> spans_;
    std::vector<Page> pages_;
};

}  // namespace ravelin::spec

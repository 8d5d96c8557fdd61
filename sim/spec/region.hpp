// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/vm_calls.h"
#include "sim/spec/page.hpp"

#include <array>

namespace ravelin::spec {

/// What a page of a VM's address space leads to.
struct Mapping {
    PageNumber pa{};
    bool writable{};
    bool present{};

    auto operator== (const Mapping &) const -> bool = default;
};

/// 2 MiB of a VM's address space.
class Region {
  public:
    [[nodiscard]] auto at (std::size_t index) const -> const Mapping & { return mappings_[index]; }

    /// How many of its pages are mapped.
    [[nodiscard]] auto mapped () const -> unsigned { return mapped_; }

    /// Whether one entry of a level 2 table describes all of it: 512 contiguous pages from a multiple of 2
    /// MiB on, all with the same permission.
    [[nodiscard]] auto is_block () const -> bool {
        return mapped_ == size && joined_ == size - 1 && mappings_[0].pa % size == 0;
    }

    void set (std::size_t index, const Mapping &mapping) {
        forget (index);
        mappings_[index] = mapping;
        mapped_ += mapping.present ? 1 : 0;
        joined_ += joins (index) + joins (index + 1);
    }

    auto operator== (const Region &) const -> bool = default;

  private:
    static constexpr std::size_t size = RAVELIN_BLOCK_PAGES;

    /// Takes page @p index out of both counts.
    void forget (std::size_t index) {
        joined_ -= joins (index) + joins (index + 1);
        mapped_ -= mappings_[index].present ? 1 : 0;
    }

    /// 1 if page @p index continues the page before it.
    [[nodiscard]] auto joins (std::size_t index) const -> unsigned {
        if (index == 0 || index == size) { return 0; }
        const Mapping &before = mappings_[index - 1];
        const Mapping &here   = mappings_[index];
        const bool both       = before.present && here.present;
        return both && here.pa == before.pa + 1 && here.writable == before.writable ? 1 : 0;
    }

    std::array<Mapping, size> mappings_{};
    unsigned mapped_{};
    unsigned joined_{};  // pages that continue the one before: counted, so that is_block() needn't look at all
};

}  // namespace ravelin::spec

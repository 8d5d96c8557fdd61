// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/region.hpp"

#include <map>
#include <optional>
#include <set>

namespace ravelin::spec {

/// What each IPA of a VM leads to, and how many pages its translation tables take: one for each GiB with a
/// page in it, and one for each 2 MiB with a page in it that isn't a block. The root is the VM's from its
/// creation, and isn't counted.
class AddressSpace {
  public:
    /// What is at page @p ipa; nullptr: nothing.
    [[nodiscard]] auto find (PageNumber ipa) const -> const Mapping *;

    /// The 2 MiB of which @p ipa is a page; nullptr: nothing is mapped there.
    [[nodiscard]] auto region (PageNumber ipa) const -> const Region *;

    void map (PageNumber ipa, PageNumber pa, bool writable) { set (ipa, Mapping{pa, writable, true}); }
    void unmap (PageNumber ipa) { set (ipa, Mapping{}); }

    /// A page of a device of Ravelin's is at @p ipa from now on: it takes tables, and nothing changes it.
    void add_device (PageNumber ipa);

    /// Pages that are mapped.
    [[nodiscard]] auto mapped () const -> std::uint64_t { return mapped_; }

    /// Pages that its tables take.
    [[nodiscard]] auto tables () const -> std::uint64_t { return gigabytes_.size () + populated_ - blocks_; }

    /// Tables to add before @p pages pages can be mapped from @p ipa on, where there are none.
    [[nodiscard]] auto tables_to_map (PageNumber ipa, std::uint64_t pages) const -> std::uint64_t;

    /// Tables to add, for blocks that come apart, before @p pages pages from @p ipa on can change.
    /// @param writable  what they become; nothing: unmapped
    [[nodiscard]] auto tables_to_split (PageNumber ipa, std::uint64_t pages, std::optional<bool> writable) const
        -> std::uint64_t;

    /// Calls @p visit (ipa, mapping) for each page that is mapped, upwards.
    template <class Visit>
    void for_each (Visit visit) const {
        for (const auto &[number, region] : regions_) {
            for (std::size_t i = 0; region.mapped () != 0 && i < RAVELIN_BLOCK_PAGES; ++i) {
                if (region.at (i).present) { visit (number * RAVELIN_BLOCK_PAGES + i, region.at (i)); }
            }
        }
    }

    /// Whether both map the same.
    auto operator== (const AddressSpace &other) const -> bool;

  private:
    void set (PageNumber ipa, const Mapping &mapping);

    /// Another region needs a table, or one fewer does.
    void populate (std::uint64_t region);
    void empty (std::uint64_t region);

    /// By IPA / 2 MiB. One that has become empty stays, for the next page: it is large.
    std::map<std::uint64_t, Region> regions_;
    std::map<std::uint64_t, unsigned> gigabytes_;  // by IPA / 1 GiB: how many regions have a page, if any has
    std::set<std::uint64_t> devices_;              // regions that have a device
    std::uint64_t populated_{};                    // regions that have a page or a device
    std::uint64_t blocks_{};                       // regions that are a block
    std::uint64_t mapped_{};
};

}  // namespace ravelin::spec

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/address_space.hpp"

#include <algorithm>

namespace ravelin::spec {
namespace {

constexpr std::uint64_t regions_in_gigabyte = 512;

auto region_of (PageNumber ipa) -> std::uint64_t {
    return ipa / RAVELIN_BLOCK_PAGES;
}

}  // namespace

auto AddressSpace::region (PageNumber ipa) const -> const Region * {
    const auto found = regions_.find (region_of (ipa));
    return found == regions_.end () || found->second.mapped () == 0 ? nullptr : &found->second;
}

auto AddressSpace::find (PageNumber ipa) const -> const Mapping * {
    const Region *const there = region (ipa);
    if (there == nullptr || !there->at (ipa % RAVELIN_BLOCK_PAGES).present) { return nullptr; }
    return &there->at (ipa % RAVELIN_BLOCK_PAGES);
}

void AddressSpace::set (PageNumber ipa, const Mapping &mapping) {
    Region &region       = regions_[region_of (ipa)];
    const bool was_there = region.mapped () != 0;
    mapped_ -= region.mapped ();
    blocks_ -= region.is_block () ? 1 : 0;

    region.set (ipa % RAVELIN_BLOCK_PAGES, mapping);

    mapped_ += region.mapped ();
    blocks_ += region.is_block () ? 1 : 0;
    if (devices_.contains (region_of (ipa))) { return; }
    if (!was_there && region.mapped () != 0) { populate (region_of (ipa)); }
    if (was_there && region.mapped () == 0) { empty (region_of (ipa)); }
}

void AddressSpace::populate (std::uint64_t region) {
    ++populated_;
    ++gigabytes_[region / regions_in_gigabyte];
}

void AddressSpace::empty (std::uint64_t region) {
    --populated_;
    const auto gigabyte = gigabytes_.find (region / regions_in_gigabyte);
    if (--gigabyte->second == 0) { gigabytes_.erase (gigabyte); }
}

void AddressSpace::add_device (PageNumber ipa) {
    if (devices_.insert (region_of (ipa)).second && region (ipa) == nullptr) { populate (region_of (ipa)); }
}

auto AddressSpace::operator== (const AddressSpace &other) const -> bool {
    // As many pages, and all of this one's there: then there are no others.
    return mapped_ == other.mapped_ && devices_ == other.devices_ &&
           std::ranges::all_of (regions_, [&other] (const auto &entry) {
               const Region *const there = other.region (entry.first * RAVELIN_BLOCK_PAGES);
               return entry.second.mapped () == 0 || (there != nullptr && *there == entry.second);
           });
}

auto AddressSpace::tables_to_map (PageNumber ipa, std::uint64_t pages) const -> std::uint64_t {
    const bool block          = pages == RAVELIN_BLOCK_PAGES;
    const std::uint64_t first = region_of (ipa);
    const std::uint64_t last  = region_of (ipa + pages - 1);
    std::uint64_t needed      = 0;
    for (std::uint64_t number = first; number <= last; ++number) {
        const bool table = region (number * RAVELIN_BLOCK_PAGES) != nullptr || devices_.contains (number);
        needed += block || table ? 0 : 1;
    }
    for (std::uint64_t giga = first / regions_in_gigabyte; giga <= last / regions_in_gigabyte; ++giga) {
        needed += gigabytes_.contains (giga) ? 0 : 1;
    }
    return needed;
}

auto AddressSpace::tables_to_split (PageNumber ipa, std::uint64_t pages, std::optional<bool> writable) const
    -> std::uint64_t {
    if (pages == RAVELIN_BLOCK_PAGES) {
        return 0;  // a whole block stays one
    }
    std::uint64_t needed = 0;
    for (std::uint64_t number = region_of (ipa); number <= region_of (ipa + pages - 1); ++number) {
        const Region *const there = region (number * RAVELIN_BLOCK_PAGES);
        const bool block          = there != nullptr && there->is_block ();
        needed += block && there->at (0).writable != writable ? 1 : 0;
    }
    return needed;
}

}  // namespace ravelin::spec

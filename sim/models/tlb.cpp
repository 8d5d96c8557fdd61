// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/tlb.hpp"

#include "sim/models/mmu_registers.hpp"

#include <algorithm>

namespace ravelin::sim {

namespace {
/// What break-before-make is about: permissions, AF and software's bits may change without.  [D8.14.1]
constexpr std::uint64_t identity = entry::address.mask () | 0x33c | entry::valid.mask () | entry::points.mask ();

[[nodiscard]] auto block_key (std::uint64_t vmid, Ipa ipa, unsigned level) -> VaKey {
    return {.vmid = vmid, .asid = level, .va_page = ipa.value () >> covered_bits (level), .stage1_on = false};
}
}  // namespace

auto Tlb::slot_of (const VaKey &key, unsigned level) -> std::size_t {
    const auto mixed =
        (key.va_page + (key.vmid << 20) + (static_cast<std::uint64_t> (level) << 32)) * 0x9e37'79b9'7f4a'7c15;
    return mixed >> 40 & (slots - 1);
}

void Tlb::put (std::size_t slot, const Entry &entry) {
    entries_.resize (2 * slots);
    const std::uint64_t bit = 1ULL << slot % 64;
    live_ += (alive_[slot / 64] & bit) != 0 ? 0 : 1;
    alive_[slot / 64] |= bit;
    entries_[slot] = entry;
}

auto Tlb::is_alive (std::size_t slot) const -> bool {
    return (alive_[slot / 64] >> slot % 64 & 1) != 0;
}

auto Tlb::find_stage2 (std::uint64_t vmid, Ipa ipa) const -> const Stage2Leaf * {
    for (const unsigned level : {3U, 2U, 1U}) {
        const VaKey key        = block_key (vmid, ipa, level);
        const std::size_t slot = slot_of (key, level);
        if (is_alive (slot) && entries_[slot].key == key) { return &entries_[slot].leaf.stage2; }
    }
    return nullptr;
}

void Tlb::fill_stage2 (std::uint64_t vmid, Ipa ipa, const Stage2Leaf &leaf) {
    const VaKey key = block_key (vmid, ipa, leaf.level);
    put (slot_of (key, leaf.level),
         {.key = key, .leaf = {.ipa = Ipa{key.va_page << covered_bits (leaf.level)}, .stage2 = leaf}});
}

auto Tlb::find_combined (const VaKey &key) const -> const CombinedLeaf * {
    const std::size_t slot = combined_slot (slot_of (key, 0));
    if (!is_alive (slot)) { return nullptr; }
    const Entry &entry = entries_[slot];
    VaKey wanted       = key;
    wanted.asid        = entry.global ? entry.key.asid : key.asid;
    return entry.key == wanted ? &entry.leaf : nullptr;
}

void Tlb::fill_combined (const VaKey &key, bool global, const CombinedLeaf &leaf) {
    put (combined_slot (slot_of (key, 0)), {.combined = true, .global = global, .key = key, .leaf = leaf});
}

auto Tlb::covers (const Entry &entry, const TlbInvalidation &what) -> bool {
    const bool same_vm = entry.key.vmid == vttbr::vmid.get (what.vttbr);
    switch (what.kind) {
    case TlbInvalidation::Kind::alle1:        return true;
    case TlbInvalidation::Kind::vmalls12e1is: return same_vm;
    case TlbInvalidation::Kind::vmalle1:
    case TlbInvalidation::Kind::vmalle1is:    return same_vm && entry.combined;
    case TlbInvalidation::Kind::ipas2e1is:
        return same_vm && !entry.combined &&
               what.ipa.value () >> covered_bits (entry.leaf.stage2.level) == entry.key.va_page;
    }
    return false;
}

void Tlb::doom (const TlbInvalidation &what, std::uint32_t by, std::span<const Pa> unordered) {
    for_each ([&] (Entry &entry, std::size_t) {
        const bool refilled = std::ranges::find (unordered, entry.leaf.stage2.where) != unordered.end ();
        if (!refilled && covers (entry, what)) { entry.doomed |= 1U << by; }
    });
}

void Tlb::complete (std::uint32_t by) {
    for_each ([&] (const Entry &entry, std::size_t slot) {
        if ((entry.doomed >> by & 1) == 0) { return; }
        alive_[slot / 64] &= ~(1ULL << slot % 64);
        --live_;
    });
}

auto Tlb::conflicts (Pa where, std::uint64_t descriptor) const -> bool {
    return any_of ([&] (const Entry &entry) {
        return entry.leaf.stage2.where == where && ((entry.leaf.stage2.descriptor ^ descriptor) & identity) != 0;
    });
}

auto Tlb::uses (Pa table) const -> bool {
    return any_of ([&] (const Entry &entry) { return entry.leaf.stage2.where.align_down (page_size) == table; });
}

}  // namespace ravelin::sim

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

void Tlb::put (Entry &slot, const Entry &entry) {
    live_ += slot.valid ? 0 : 1;
    slot = entry;
}

auto Tlb::find_stage2 (std::uint64_t vmid, Ipa ipa) const -> const Stage2Leaf * {
    if (stage2_.empty ()) { return nullptr; }
    for (const unsigned level : {3U, 2U, 1U}) {
        const VaKey key   = block_key (vmid, ipa, level);
        const Entry &slot = stage2_[slot_of (key, level)];
        if (slot.valid && slot.key == key) { return &slot.leaf.stage2; }
    }
    return nullptr;
}

void Tlb::fill_stage2 (std::uint64_t vmid, Ipa ipa, const Stage2Leaf &leaf) {
    stage2_.resize (slots);
    const VaKey key = block_key (vmid, ipa, leaf.level);
    put (stage2_[slot_of (key, leaf.level)],
         {.valid = true, .key = key, .leaf = {.ipa = Ipa{key.va_page << covered_bits (leaf.level)}, .stage2 = leaf}});
}

auto Tlb::find_combined (const VaKey &key) const -> const CombinedLeaf * {
    if (combined_.empty ()) { return nullptr; }
    const Entry &slot = combined_[slot_of (key, 0)];
    VaKey wanted      = key;
    wanted.asid       = slot.global ? slot.key.asid : key.asid;
    return slot.valid && slot.key == wanted ? &slot.leaf : nullptr;
}

void Tlb::fill_combined (const VaKey &key, bool global, const CombinedLeaf &leaf) {
    combined_.resize (slots);
    put (combined_[slot_of (key, 0)], {.valid = true, .combined = true, .global = global, .key = key, .leaf = leaf});
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
    for (auto *row : {&stage2_, &combined_}) {
        for (Entry &slot : *row) {
            const bool refilled = std::ranges::find (unordered, slot.leaf.stage2.where) != unordered.end ();
            if (slot.valid && !refilled && covers (slot, what)) { slot.doomed |= 1U << by; }
        }
    }
}

void Tlb::complete (std::uint32_t by) {
    for (auto *row : {&stage2_, &combined_}) {
        for (Entry &slot : *row) {
            if (slot.valid && (slot.doomed >> by & 1) != 0) {
                slot = {};
                --live_;
            }
        }
    }
}

auto Tlb::conflicts (Pa where, std::uint64_t descriptor) const -> bool {
    const auto differs = [&] (const Entry &slot) {
        return slot.valid && slot.leaf.stage2.where == where &&
               ((slot.leaf.stage2.descriptor ^ descriptor) & identity) != 0;
    };
    return live_ != 0 && (std::ranges::any_of (stage2_, differs) || std::ranges::any_of (combined_, differs));
}

auto Tlb::uses (Pa table) const -> bool {
    const auto inside = [&] (const Entry &slot) {
        return slot.valid && slot.leaf.stage2.where.align_down (page_size) == table;
    };
    return live_ != 0 && (std::ranges::any_of (stage2_, inside) || std::ranges::any_of (combined_, inside));
}

}  // namespace ravelin::sim

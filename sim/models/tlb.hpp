// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "sim/machine/tlb_invalidation.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ravelin::sim {

/// The descriptor of stage 2 that a walk has ended at.
struct Stage2Leaf {
    std::uint64_t descriptor{};
    Pa where{};  // of the descriptor
    unsigned level{};
};

/// What a combined entry is looked up by.
struct VaKey {
    std::uint64_t vmid{};
    std::uint64_t asid{};
    std::uint64_t va_page{};  // number
    bool stage1_on{};

    friend constexpr auto operator== (const VaKey &, const VaKey &) -> bool = default;
};

/// What both stages together made of a page.
struct CombinedLeaf {
    std::uint64_t stage1{};  // its descriptor, with what tables took from it; 0 if stage 1 was off
    Ipa ipa{};               // of the page
    bool device{};           // by stage 1
    bool cacheable{};        // by stage 1
    Stage2Leaf stage2{};
};

/// The translations that one CPU keeps: of stage 2 by IPA, whole blocks; and of both stages combined by VA.
/// An entry stays until a TLBI covers it and the DSB behind that completes, or, as on hardware, until another
/// takes its place.  [ARM DDI 0487, D8.13]
class Tlb {
  public:
    [[nodiscard]] auto find_stage2 (std::uint64_t vmid, Ipa ipa) const -> const Stage2Leaf *;
    void fill_stage2 (std::uint64_t vmid, Ipa ipa, const Stage2Leaf &leaf);

    [[nodiscard]] auto find_combined (const VaKey &key) const -> const CombinedLeaf *;
    void fill_combined (const VaKey &key, bool global, const CombinedLeaf &leaf);

    /// CPU @p by executes a TLBI: what it covers goes when that CPU completes it. Not so an entry whose
    /// descriptor is among @p unordered, written with no DSB between that and the TLBI: a walk may still have
    /// found the old one and made the entry anew.
    void doom (const TlbInvalidation &what, std::uint32_t by, std::span<const Pa> unordered);

    /// CPU @p by completes its TLBIs.
    void complete (std::uint32_t by);

    /// Whether an entry is alive that came from the descriptor at @p where, with another output address, size
    /// or memory type than @p descriptor has.
    [[nodiscard]] auto conflicts (Pa where, std::uint64_t descriptor) const -> bool;

    /// Whether an entry is alive that came from the table at @p table.
    [[nodiscard]] auto uses (Pa table) const -> bool;

    /// How many entries are alive.
    [[nodiscard]] auto size () const -> std::size_t { return live_; }

  private:
    struct Entry {
        bool combined{};
        bool global{};
        std::uint32_t doomed{};  // by which CPUs, a bit for each
        VaKey key{};             // of a stage 2 entry: VMID, and the number of the block
        CombinedLeaf leaf{};
    };

    static constexpr std::size_t slots = 256;

    [[nodiscard]] static auto slot_of (const VaKey &key, unsigned level) -> std::size_t;
    [[nodiscard]] static auto covers (const Entry &entry, const TlbInvalidation &what) -> bool;
    [[nodiscard]] static constexpr auto combined_slot (std::size_t slot) -> std::size_t { return slots + slot; }
    [[nodiscard]] auto is_alive (std::size_t slot) const -> bool;
    void put (std::size_t slot, const Entry &entry);

    /// Calls @p use with each slot, and its number, that holds an entry which is alive.
    template <class Use>
    void for_each (const Use &use) {
        for (std::size_t word = 0; word < alive_.size (); ++word) {
            for (std::uint64_t left = alive_[word]; left != 0; left &= left - 1) {
                const std::size_t slot = word * 64 + static_cast<std::size_t> (std::countr_zero (left));
                use (entries_[slot], slot);
            }
        }
    }

    /// Whether @p holds of an entry that is alive.
    template <class Holds>
    [[nodiscard]] auto any_of (const Holds &holds) const -> bool {
        for (std::size_t word = 0; word < alive_.size (); ++word) {
            for (std::uint64_t left = alive_[word]; left != 0; left &= left - 1) {
                if (holds (entries_[word * 64 + static_cast<std::size_t> (std::countr_zero (left))])) { return true; }
            }
        }
        return false;
    }

    /// A row of slots for each kind, so that neither drives the other out. Made at the first fill.
    std::vector<Entry> entries_;
    std::array<std::uint64_t, 2 * slots / 64> alive_{};  // a bit for each slot
    std::size_t live_{};
};

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/tlb_system.hpp"

#include "sim/machine/violation.hpp"
#include "sim/models/mmu_registers.hpp"

#include <algorithm>

namespace ravelin::sim {

namespace {
/// Whether a valid descriptor leads to a table. Its level isn't known here, but a page without AF leads nowhere.
[[nodiscard]] auto is_table (std::uint64_t descriptor) -> bool {
    return entry::points.any (descriptor) && !entry::accessed.any (descriptor);
}
}  // namespace

void TlbSystem::invalidate (CpuIndex cpu, const TlbInvalidation &what) {
    if (!heeded_) { return; }
    El2 &own = el2_[cpu.value ()];
    const std::span<const Pa> unordered{own.written.data (), std::min (own.stores, own.written.size ())};
    for (std::uint32_t i = 0; i < tlbs_.size (); ++i) {
        if (what.is_broadcast () || i == cpu.value ()) { tlbs_[i].doom (what, cpu.value (), unordered); }
    }
    own.has_invalidated = true;
}

void TlbSystem::complete (CpuIndex cpu) {
    El2 &own = el2_[cpu.value ()];
    if (!own.has_invalidated) { return; }
    own.has_invalidated = false;
    for (Tlb &tlb : tlbs_) {
        tlb.complete (cpu.value ());
    }
}

auto TlbSystem::El2::has_written (Pa page) const -> bool {
    const PaRange whole{page, page_size};
    const auto words = std::span{written}.first (std::min (stores, written.size ()));
    const auto areas = std::span{filled}.first (std::min (fills, filled.size ()));
    return std::ranges::any_of (words, [&] (Pa word) { return word.align_down (page_size) == page; }) ||
           std::ranges::any_of (areas, [&] (const PaRange &area) { return area.overlaps (whole); });
}

void TlbSystem::store (CpuIndex cpu, Pa pa, std::uint64_t old, std::uint64_t value) {
    El2 &own = el2_[cpu.value ()];
    if (entry::valid.any (value)) {
        if (!entry::valid.any (old) && is_table (value) && own.has_written (Pa{value & entry::address.mask ()})) {
            throw Violation{"EL2 makes the descriptor at " + hex (pa) + " " + hex (value) +
                            " with no DSB behind what it wrote to that table"};
        }
        check_break (pa, old, value);
    }
    own.written[own.stores++ % own.written.size ()] = pa;
}

void TlbSystem::check_break (Pa pa, std::uint64_t old, std::uint64_t value) const {
    // Where a table was, its entries may be in use, though not this one.
    const Pa table{old & entry::address.mask ()};
    const bool joined = entry::valid.any (old) && entry::points.any (old) && !entry::points.any (value);
    const auto stale  = [&] (const Tlb &tlb) {
        return tlb.conflicts (pa, value) || (joined && tlb.uses (table));
    };
    if (std::ranges::any_of (tlbs_, stale)) {
        throw Violation{"break-before-make: EL2 makes the descriptor at " + hex (pa) + " " + hex (value) +
                        " while a TLB holds another; it replaces " + hex (old)};
    }
}

}  // namespace ravelin::sim

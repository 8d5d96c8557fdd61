// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/tlb_system.hpp"

#include "sim/machine/violation.hpp"
#include "sim/models/mmu_registers.hpp"

#include <algorithm>

namespace ravelin::sim {

void TlbSystem::invalidate (CpuIndex cpu, const TlbInvalidation &what) {
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

void TlbSystem::store (CpuIndex cpu, Pa pa, std::uint64_t old, std::uint64_t value) {
    El2 &own                                        = el2_[cpu.value ()];
    own.written[own.stores++ % own.written.size ()] = pa;
    if (!entry::valid.any (value) || !entry::valid.any (old)) { return; }
    // Where a table was, its entries may be in use, though not this one.
    const Pa table{old & entry::address.mask ()};
    const bool joined = entry::points.any (old) && !entry::points.any (value);
    const auto stale  = [&] (const Tlb &tlb) {
        return tlb.conflicts (pa, value) || (joined && tlb.uses (table));
    };
    if (std::ranges::any_of (tlbs_, stale)) {
        throw Violation{"break-before-make: EL2 makes the descriptor at " + hex (pa) + " " + hex (value) +
                        " while a TLB holds " + hex (old)};
    }
}

}  // namespace ravelin::sim

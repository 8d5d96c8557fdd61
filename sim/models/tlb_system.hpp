// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "hyp/core/range.hpp"
#include "sim/models/tlb.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace ravelin::sim {

/// The TLBs of all CPUs, and what EL2 does that they notice.
class TlbSystem {
  public:
    explicit TlbSystem (std::uint32_t cpus) : tlbs_ (cpus), el2_ (cpus) {}

    [[nodiscard]] auto of (CpuIndex cpu) -> Tlb & { return tlbs_[cpu.value ()]; }

    /// @p cpu executes a TLBI. It takes effect, here and elsewhere, when complete() does.
    void invalidate (CpuIndex cpu, const TlbInvalidation &what);

    /// From now on EL2's TLBIs are heeded, or do nothing: to see what they are for.
    void heed (bool heeded) { heeded_ = heeded; }

    /// @p cpu executes a DSB: its stores are seen by walks.
    void order_stores (CpuIndex cpu) {
        el2_[cpu.value ()].stores = 0;
        el2_[cpu.value ()].fills  = 0;
    }

    /// EL2 on @p cpu writes to the bytes of @p range.
    void touch (CpuIndex cpu, PaRange range) {
        El2 &own                                     = el2_[cpu.value ()];
        own.filled[own.fills++ % own.filled.size ()] = range;
    }

    /// The DSB is one that waits for TLBIs too.
    void complete (CpuIndex cpu);

    /// EL2 replaces the word @p old at @p pa, which may be a descriptor, by @p value. Throws a Violation if a
    /// CPU still has what another valid descriptor there said, now or before a break that no TLBI followed:
    /// break-before-make; or if the descriptor leads to a table that @p cpu has written to since its last DSB: a
    /// walk may find there what was before.  [ARM DDI 0487, D8.14.1, B2.3]
    void store (CpuIndex cpu, Pa pa, std::uint64_t old, std::uint64_t value);

  private:
    struct El2 {
        bool has_invalidated{};  // since its last complete()
        std::size_t stores{};    // since its last DSB; the last of them are in written
        std::array<Pa, 16> written{};
        std::size_t fills{};  // the same for touch()
        std::array<PaRange, 4> filled{};

        [[nodiscard]] auto has_written (Pa page) const -> bool;
    };

    void check_break (Pa pa, std::uint64_t old, std::uint64_t value) const;

    std::vector<Tlb> tlbs_;
    std::vector<El2> el2_;
    bool heeded_{true};
};

}  // namespace ravelin::sim

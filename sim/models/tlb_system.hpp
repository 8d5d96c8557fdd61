// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
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

    /// @p cpu executes a DSB: its stores are seen by walks.
    void order_stores (CpuIndex cpu) { el2_[cpu.value ()].stores = 0; }

    /// The DSB is one that waits for TLBIs too.
    void complete (CpuIndex cpu);

    /// EL2 replaces the word @p old at @p pa, which may be a descriptor, by @p value. Throws a Violation if a
    /// CPU still has what another valid descriptor there said: break-before-make.  [ARM DDI 0487, D8.14.1]
    void store (CpuIndex cpu, Pa pa, std::uint64_t old, std::uint64_t value);

  private:
    struct El2 {
        bool has_invalidated{};  // since its last complete()
        std::size_t stores{};    // since its last DSB; the last of them are in written
        std::array<Pa, 16> written{};
    };

    std::vector<Tlb> tlbs_;
    std::vector<El2> el2_;
};

}  // namespace ravelin::sim

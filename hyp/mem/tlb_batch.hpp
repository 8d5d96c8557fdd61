// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bounded_vector.hpp"
#include "hyp/hal/hal.hpp"
#include "hyp/mem/page_pool.hpp"

#include <span>

namespace ravelin {

/// What one change of a stage 2 leaves to be invalidated in the TLBs of all CPUs, and the tables that nobody
/// walks any more once that is done. complete() has to be called before a page that was unmapped is used
/// otherwise.
class TlbBatch {
  public:
    /// @param vttbr  the stage 2 that changes: its VMID
    /// @param pool   where its tables go back to; outlives this
    TlbBatch (std::uint64_t vttbr, PagePool &pool) : vttbr_{vttbr}, pool_{pool} {}
    TlbBatch (const TlbBatch &)                     = delete;
    auto operator= (const TlbBatch &) -> TlbBatch & = delete;

    /// An entry that covers @p ipa has become invalid, or has other rights.
    void invalidate (hal::Cpu & /*cpu*/, Ipa ipa) { all_ |= !ipas_.push (ipa); }

    /// The same; done before this returns: the entry is about to become another.
    void invalidate_now (hal::Cpu &cpu, Ipa ipa) { invalidate_each_now (cpu, {&ipa, 1}); }

    /// Everything under this VMID; done before this returns.
    void invalidate_all_now (hal::Cpu &cpu);

    /// A table that no entry points to any more.
    void retire (hal::Cpu &cpu, Pa table);

    /// Does what is left to do.
    void complete (hal::Cpu &cpu);

  private:
    void invalidate_each_now (hal::Cpu &cpu, std::span<const Ipa> ipas);

    std::uint64_t vttbr_;
    PagePool &pool_;
    BoundedVector<Ipa, 64> ipas_;
    BoundedVector<Pa, 8> retired_;
    bool all_{};
};

}  // namespace ravelin

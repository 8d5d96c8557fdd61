// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/lock.hpp"
#include "hyp/mem/host_stage2.hpp"
#include "hyp/mem/page_states.hpp"

namespace ravelin {

/// The host's memory: who owns each page of RAM, and the stage 2 that says the same to hardware. Promise 1
/// (memory) is kept here: the two change together.
class HostMemory {
  public:
    static constexpr LockRank lock_rank = LockRank::memory;

    constexpr HostMemory () = default;

    /// Bytes of RAM that Ravelin keeps for the states of @p platform's pages and for every table that the
    /// host's stage 2 may come to need: a VM that shares a page never finds them used up.
    [[nodiscard]] static auto reserve_size (const Platform &platform) -> std::uint64_t;

    /// @param pool     for the tables with which the host begins
    /// @param own      Ravelin's memory, and
    /// @param reserve  reserve_size() more bytes of it
    [[nodiscard]] static auto build (hal::Cpu &cpu, PagePool &pool, const Platform &platform, PaRange own,
                                     PaRange reserve) -> Result<HostMemory>;

    [[nodiscard]] auto stage2 () const -> const HostStage2 & { return stage2_; }

    /// The state of the page at @p page; nothing if it isn't RAM.
    [[nodiscard]] auto state (hal::Cpu &cpu, Pa page) const -> std::optional<PageState> {
        return states_.read (cpu, page);
    }

    /// Whether all of @p range is RAM that the host owns and has lent to nobody.
    [[nodiscard]] auto is_hosts_alone (hal::Cpu &cpu, PaRange range) const -> bool;

    /// Whether all of @p range is RAM that the host owns and can lend once more.
    [[nodiscard]] auto can_lend (hal::Cpu &cpu, PaRange range) const -> bool;

    /// Moves pages that are the host's alone to @p owner. On return the host doesn't reach them on any CPU,
    /// and no cache has a line of them.
    void donate (hal::Cpu &cpu, PaRange range, Owner owner);

    /// Zeroes pages of a VM and moves them back to the host.
    void reclaim (hal::Cpu &cpu, PaRange range);

    /// Zeroes all pages of VMs, however many they are. Whose they are doesn't change.
    void scrub_vms (hal::Cpu &cpu);

    /// Counts a loan of each page of @p range, of which can_lend() is true.
    void lend (hal::Cpu &cpu, PaRange range);

    /// Ends a loan of each page of @p range.
    void end_loan (hal::Cpu &cpu, PaRange range);

    /// Lets the host reach a page of a VM, or not any more.
    void set_shared (hal::Cpu &cpu, Pa page, bool shared);

  private:
    PageStates states_;
    HostStage2 stage2_;
    PagePool pool_;
};

/// Makes what is in memory what all observers see, also those whose caches are off, and code too.
void make_coherent (hal::Cpu &cpu, PaRange range);

/// Fills @p range with zeros, for all observers.
void scrub (hal::Cpu &cpu, PaRange range);

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/platform.hpp"
#include "hyp/mem/page_table.hpp"

namespace ravelin
{

/// What the host reaches: its RAM and its board's devices, each at its own address, and nothing else.
/// Promise 1 (memory) rests on what is *not* in these tables.
class HostStage2
{
  public:
    /// No tables yet.
    constexpr HostStage2 () : table_{Pa{}} {}

    /// Builds the tables from the largest blocks that fit.
    /// @param own  Ravelin's memory, which stays out
    /// @return     Status::exists if RAM and devices of the platform overlap, Status::no_memory if the pool
    /// is too small
    [[nodiscard]] static auto build (hal::Cpu &cpu, PagePool &pool, const Platform &platform, PaRange own)
        -> Result<HostStage2>;

    /// Where @p ipa leads, or nothing.
    [[nodiscard]] auto translate (hal::Cpu &cpu, Ipa ipa) const -> std::optional<Pa>
    {
        return table_.translate (cpu, ipa);
    }

    /// VTTBR_EL2: the tables, VMID 0.
    [[nodiscard]] auto vttbr () const -> std::uint64_t { return table_.root ().value (); }

    /// VTCR_EL2: 40-bit IPA and PA, 4 KiB granule, walks start at level 1 through the caches.  [D17.2.155]
    [[nodiscard]] static constexpr auto vtcr () -> std::uint64_t
    {
        constexpr Bits64 t0sz{5, 0};     // 64 - bits of an IPA
        constexpr Bits64 sl0{7, 6};      // level where walks start, for this granule: 1 is level 1
        constexpr Bits64 irgn0{9, 8};    // inner: 1 is write-back
        constexpr Bits64 orgn0{11, 10};  // outer: 1 is write-back
        constexpr Bits64 sh0{13, 12};    // 3 is inner shareable
        constexpr Bits64 ps{18, 16};     // 2 is 40 bits of PA
        constexpr Bits64 res1{31, 31};
        return t0sz.put (64 - HostStage2Format::input_bits) | sl0.put (1) | irgn0.put (1) | orgn0.put (1) |
               sh0.put (3) | ps.put (2) | res1.mask ();
    }

  private:
    explicit constexpr HostStage2 (Pa root) : table_{root} {}

    PageTable<HostStage2Format> table_;
};

}  // namespace ravelin

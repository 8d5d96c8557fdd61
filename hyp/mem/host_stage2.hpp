// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/platform.hpp"
#include "hyp/mem/page_table.hpp"

#include <array>

namespace ravelin {

/// What the host reaches: its RAM and its board's devices, each at its own address, and nothing else.
/// Promise 1 (memory) rests on what is *not* in these tables.
class HostStage2 {
  public:
    /// No tables yet.
    constexpr HostStage2 () : table_{Pa{}} {}

    using Kept = std::array<PaRange, 2>;

    /// Builds the tables from the largest blocks that fit.
    /// @param kept  Ravelin's memory, which stays out
    /// @return      Status::exists if RAM and devices of the platform overlap, Status::no_memory if the pool
    ///              is too small
    [[nodiscard]] static auto build (hal::Cpu &cpu, PagePool &pool, const Platform &platform, const Kept &kept)
        -> Result<HostStage2>;

    /// Pages that take(), once built, may ever want from its pool at the same time.
    [[nodiscard]] static auto most_tables (const Platform &platform) -> std::uint64_t;

    /// Takes pages of RAM from the host. On return no CPU reaches them any more.
    [[nodiscard]] auto take (hal::Cpu &cpu, PagePool &pool, PaRange range) -> Result<void>;

    /// Lets the host reach pages of RAM again, or for the first time.
    [[nodiscard]] auto give (hal::Cpu &cpu, PagePool &pool, PaRange range) -> Result<void>;

    /// Where @p ipa leads, or nothing.
    [[nodiscard]] auto translate (hal::Cpu &cpu, Ipa ipa) const -> std::optional<Pa> {
        return table_.translate (cpu, ipa);
    }

    /// VTTBR_EL2: the tables, VMID 0.
    [[nodiscard]] auto vttbr () const -> std::uint64_t { return table_.root ().value (); }

    /// VTCR_EL2 of the host.
    [[nodiscard]] static constexpr auto vtcr () -> std::uint64_t {
        return ravelin::vtcr (HostStage2Format::input_bits);
    }

  private:
    explicit constexpr HostStage2 (Pa root) : table_{root} {}

    PageTable<HostStage2Format> table_;
};

}  // namespace ravelin

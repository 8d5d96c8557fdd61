// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/machine.hpp"
#include "sim/models/mmu.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ravelin::sim::explore {

/// A page of the host or of a VM.
struct Reached {
    std::uint64_t vtcr{};
    std::uint64_t vttbr{};
    Ipa ipa;
};

/// The TLBs of a machine at their worst: of certain pages every CPU has kept each translation that there was, and only
/// a TLBI makes it go.
class CachedTranslations {
  public:
    explicit CachedTranslations (Machine &machine) : machine_{machine} {}

    /// TLBs have what tables now say of @p pages, and nothing else.
    void fill (std::span<const Reached> pages);

    /// TLBs take up what tables now say of those of the same pages that walks may be about: the CPU has their
    /// VTTBR_EL2, and doesn't hold its stage 1 still.
    void walk ();

    /// Whether TLBs have lost something since fill().
    [[nodiscard]] auto have_lost () -> bool;

    /// Throws a Violation if a TLB still leads where tables don't any more.
    void check ();

  private:
    void check (const Reached &page);
    void walk (CpuIndex cpu, const Reached &page);

    Machine &machine_;
    std::vector<Reached> pages_;
    std::array<std::size_t, max_cpus> sizes_{};
};

}  // namespace ravelin::sim::explore

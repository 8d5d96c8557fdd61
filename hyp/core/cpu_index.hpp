// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <compare>
#include <cstdint>

namespace ravelin {

/// CPUs that one machine can have: GICv2 can't address more.  [IHI 0048B, 1.1]
inline constexpr std::uint32_t max_cpus = 8;

/// Number of a CPU, below max_cpus: 0 is the one that booted, the others follow in the order of the device
/// tree.
class CpuIndex {
  public:
    explicit constexpr CpuIndex (std::uint32_t value) : value_{value} {}
    [[nodiscard]] constexpr auto value () const -> std::uint32_t { return value_; }
    friend constexpr auto operator<=> (CpuIndex, CpuIndex) = default;

  private:
    std::uint32_t value_;
};

/// Affinity fields of MPIDR_EL1: Aff3 in bits 39:32, Aff2-Aff0 in bits 23:0.  [ARM DDI 0487, D17.2.101]
class Affinity {
  public:
    constexpr Affinity () = default;

    /// Keeps the affinity fields of @p mpidr and drops the others.
    explicit constexpr Affinity (std::uint64_t mpidr) : value_{mpidr & mask} {}
    [[nodiscard]] constexpr auto value () const -> std::uint64_t { return value_; }
    friend constexpr auto operator<=> (Affinity, Affinity) = default;

    static constexpr std::uint64_t mask = 0xff'00ff'ffff;

  private:
    std::uint64_t value_{};
};

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/hypervisor.hpp"
#include "sim/replay/record/event.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace ravelin::sim::replay {

/// One CPU while a record is replayed: the real registers around the hypervisor, and what the vectors do with them.
/// [hyp/arm64/vectors.S]
class ReplayedCpu {
  public:
    using Values = std::array<std::uint64_t, all_registers>;

    /// @param timer  of @p wiring
    ReplayedCpu (CpuIndex index, const hal::Cpu::Wiring &wiring);

    [[nodiscard]] auto hal () -> hal::Cpu & { return hal_; }

    /// X0-X30 as they are in the CPU.
    [[nodiscard]] auto x () -> Registers & { return x_; }

    /// By the record these registers have changed: since EL2 was left, or while it was there.
    void learn (std::span<const RegisterValue> changed);

    /// What the record says that the registers are.
    [[nodiscard]] auto recorded () const -> const Values & { return recorded_; }

    /// Makes the registers what the record says.
    void set ();

    /// Makes V0-V31 what the record says that EL2 finds, or keeps what it leaves, to be compared.
    void set_fp (std::span<const std::byte> bytes);
    void expect_fp (std::span<const std::byte> bytes) { fp_.assign (bytes.begin (), bytes.end ()); }

    /// Takes an exception from a lower level, as the vectors do.
    void take (Hypervisor &hypervisor, Cause cause);

    /// All registers as they are in the CPU.
    [[nodiscard]] auto values () const -> std::vector<RegisterValue>;

    /// Throws a Divergence that names the first register that isn't what the record says.
    void compare ();

  private:
    void exchange (Hypervisor &hypervisor, Cause cause);
    [[nodiscard]] auto call (Hypervisor &hypervisor, Cause cause, Registers &registers) -> Next;
    [[nodiscard]] auto value_of (const hal::Cpu::Kept &kept, std::size_t number) const -> std::uint64_t;

    hal::Cpu::Wiring wiring_;
    hal::Cpu hal_;
    Registers x_{};
    Values recorded_{};
    std::vector<std::byte> fp_;  // V0-V31 as EL2 leaves them; empty: it leaves them alone
};

}  // namespace ravelin::sim::replay

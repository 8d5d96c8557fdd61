// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/outcome.hpp"
#include "sim/models/firmware.hpp"

#include <array>
#include <cstdint>
#include <functional>

namespace ravelin::sim {

/// PSCI 1.1 by SMC, as QEMU's virt offers it to what starts at EL2.  [ARM DEN 0022]
class PsciFirmware : public Firmware {
  public:
    /// @param cpus          affinities are 0, 1, ...; CPU 0 is on
    /// @param stop_machine  is called with Outcome::off or Outcome::reset
    PsciFirmware (std::uint32_t cpus, std::function<void (Outcome)> stop_machine);

    [[nodiscard]] auto smc (CpuIndex cpu, const hal::SmcRegisters &arguments) -> hal::SmcRegisters override;
    [[nodiscard]] auto take_start (CpuIndex cpu) -> bool override;

  private:
    enum class Power : std::uint8_t {
        off,
        pending,  // told to start, hasn't yet
        on,
    };

    [[nodiscard]] auto turn_on (const hal::SmcRegisters &arguments) -> std::int64_t;
    [[nodiscard]] auto affinity_info (const hal::SmcRegisters &arguments) const -> std::int64_t;

    std::uint32_t cpus_;
    std::function<void (Outcome)> stop_machine_;
    std::array<Power, max_cpus> power_{};
};

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/host_calls.h"
#include "hyp/core/platform.hpp"
#include "hyp/core/relaxed.hpp"
#include "hyp/dev/gic.hpp"
#include "hyp/hal/hal.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace ravelin {

/// Whether the host has a CPU, or a guest a vCPU.
enum class PowerState : std::uint32_t {
    off,       // a CPU: in Ravelin or the firmware, until the host turns it on
    starting,  // a CPU_ON is writing down where it goes, and alone ends this state
    pending,   // told where to go, not there yet
    on,
};

/// Where a CPU enters the host.
struct HostEntry {
    Pa address;             // host RAM, 4-byte aligned
    std::uint64_t context;  // X0
};

/// What Ravelin keeps for each CPU of the host.
struct HostCpu {
    hal::Shared<PowerState> power{PowerState::off};
    HostEntry entry{};                   // written in `starting` by who turns it on, read in `pending` by the CPU
    hal::Shared<std::uint8_t> gic_mask;  // its bit in GICD_SGIR's target list, known once it has arrived

    /// How often it came to EL2, by cause. Only the CPU itself counts; others may read a count that is a little old.
    std::array<Relaxed<std::uint64_t>, RAVELIN_TRAP_CAUSES> traps;
};

/// Turns CPUs and the board on and off for the host, by the means that the board has. Results are PSCI's.
/// A view that lives as long as one trap; the state is the HostCpu of each CPU.
class Power {
  public:
    /// @param own  Ravelin's memory, in parts, where no CPU may be sent
    constexpr Power (const Platform &platform, const Gic &gic, std::array<PaRange, 2> own, std::span<HostCpu> cpus)
        : platform_{platform}, gic_{gic}, own_{own}, cpus_{cpus} {}

    /// Starts the CPU with @p target at @p entry.  [ARM DEN 0022, 5.6]
    [[nodiscard]] auto turn_on (hal::Cpu &cpu, std::uint64_t target, HostEntry entry) -> std::int64_t;

    /// Takes this CPU from the host, which has to wait_for_start() after PSCI_SUCCESS. Where firmware turns
    /// it off, the call comes back only with a refusal.  [5.5]
    [[nodiscard]] auto turn_off (hal::Cpu &cpu) -> std::int64_t;

    /// PSCI_AFFINITY_* of the CPU with @p target.  [5.7]
    [[nodiscard]] auto affinity_info (hal::Cpu &cpu, std::uint64_t target, std::uint64_t lowest_level) -> std::int64_t;

    /// Stops the machine, or restarts it. May come back while the hardware is still at it: the CPU has to be
    /// held then, in wait_for_start(), where nothing lets it out.  [5.10, 5.11]
    /// @param function  PSCI_SYSTEM_OFF or PSCI_SYSTEM_RESET
    void end_system (hal::Cpu &cpu, std::uint32_t function);

    /// Lets firmware's spinning cores come to Ravelin, where the board has such.
    void collect_cores (hal::Cpu &cpu);

    /// Waits until this CPU is turned on, and says where it goes.
    [[nodiscard]] auto wait_for_start (hal::Cpu &cpu) -> HostEntry;

  private:
    [[nodiscard]] auto is_firmware () const -> bool { return platform_.board->power == PowerControl::firmware; }
    [[nodiscard]] auto is_host_code (Pa entry) const -> bool;
    void wake (hal::Cpu &cpu, HostCpu &target);

    const Platform &platform_;
    const Gic &gic_;
    std::array<PaRange, 2> own_;
    std::span<HostCpu> cpus_;
};

}  // namespace ravelin

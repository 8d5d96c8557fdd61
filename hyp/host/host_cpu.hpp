// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "hyp/core/trap_counts.hpp"
#include "hyp/hal/hal.hpp"

#include <cstdint>

namespace ravelin {

/// Whether the host has a CPU.
enum class PowerState : std::uint32_t {
    off,       // in Ravelin or the firmware, until the host turns it on
    starting,  // a CPU_ON is writing down where it goes
    pending,   // told where to go, not there yet
    on,        // the host runs on it
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
    TrapCounts traps;                    // written by the CPU alone
};

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/platform.hpp"
#include "hyp/core/registers.hpp"
#include "hyp/hal/hal.hpp"
#include "hyp/mem/host_stage2.hpp"

#include <cstdint>

namespace ravelin {

/// Sets up EL2 of this CPU so that the host at EL1 has what is in @p stage2 and can't reach EL2 but by a
/// trap. Writes every register that firmware may have left undefined.
void confine_host (hal::Cpu &cpu, const HostStage2 &stage2);

/// Makes the host's first instruction on this CPU the next one below EL2: at EL1, with MMU and caches off,
/// all interrupts masked.  [Linux, arm64 boot protocol]
void enter_host_at (hal::Cpu &cpu, Pa address);

/// What becomes of an access to a device.
enum class Forwarded : std::uint8_t {
    forbidden,  // it's none that Ravelin makes for the host
    done,
    resets,  // nothing is done yet: it restarts or halts the board
};

/// Makes the host's trapped access to a device that Ravelin stands in front of: an aligned word, moved by a
/// plain load or store. Any reset or power-off that the host asks of the device passes here.
/// @param syndrome  ESR_EL2 of the data abort
/// @param address   where the access went
[[nodiscard]] auto forward_access (hal::Cpu &cpu, Registers &registers, const Board &board, std::uint64_t syndrome,
                                   Pa address) -> Forwarded;

/// Answers the host's MSR or MRS of the OS lock: it reads as unlocked, and stays so. Linux unlocks it as it starts.
/// @param syndrome  ESR_EL2
/// @return          false, and nothing done: it is of another register
[[nodiscard]] auto access_os_lock (Registers &registers, std::uint64_t syndrome) -> bool;

}  // namespace ravelin

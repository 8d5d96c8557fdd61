// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/platform.hpp"
#include "hyp/core/registers.hpp"
#include "hyp/hal/hal.hpp"

namespace ravelin {

/// Makes the host's trapped access to a device that Ravelin stands in front of: an aligned word, moved by a
/// plain load or store. Any reset or power-off that the host asks of the device passes here.
/// @param syndrome  ESR_EL2 of the data abort
/// @param address   where the access went
/// @return          false, and nothing done, if it isn't such an access
[[nodiscard]] auto forward_access (hal::Cpu &cpu, Registers &registers, const Board &board, std::uint64_t syndrome,
                                   Pa address) -> bool;

}  // namespace ravelin

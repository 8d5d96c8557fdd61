// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/processor.hpp"
#include "sim/spec/hardware.hpp"
#include "sim/spec/timer.hpp"

#include <optional>

namespace ravelin::sim {

/// What the hardware of @p cpu, which is in a guest or has just left it, holds of the guest's vCPU, in the
/// specification's words.
[[nodiscard]] auto hardware_of_guest (Processor &cpu) -> spec::Hardware;

/// The access to a register of the physical timer that @p cpu has trapped; nothing if it's another trap.
/// @param registers  the guest's, at the trap
[[nodiscard]] auto timer_access_of_guest (Processor &cpu, const Registers &registers)
    -> std::optional<spec::TimerAccess>;

}  // namespace ravelin::sim

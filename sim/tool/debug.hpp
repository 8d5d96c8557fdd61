// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/machine.hpp"
#include "sim/unicorn/unicorn_cpus.hpp"

#include <cstdint>

namespace ravelin::sim {

/// How a machine comes out of a debugger's hands.
enum class DebugEnd : std::uint8_t {
    detached,  // it goes on without
    killed,    // the debugger has ended it
    over,      // it was turned off, or reset
    failed,    // it has come to another end
};

/// Waits for a debugger at @p port of this computer, 0: any that is free, and lets it run @p machine, which has booted
/// and has not run. Prints how to start one. Throws std::system_error if the port isn't free.
[[nodiscard]] auto run_under_debugger (Machine &machine, UnicornCpus &engines, std::uint16_t port) -> DebugEnd;

}  // namespace ravelin::sim

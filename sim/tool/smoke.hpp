// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/machine.hpp"

namespace ravelin::sim {

/// Runs a machine, whose host has a shell on its console, without a person: waits for what the host must say,
/// types a command, turns the machine off. Prints a line of verdict per step, with the machine's time.
/// @return  whether all went well
[[nodiscard]] auto run_smoke (Machine &machine) -> bool;

}  // namespace ravelin::sim

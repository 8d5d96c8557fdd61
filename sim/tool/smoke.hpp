// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/machine.hpp"

#include <string>

namespace ravelin::sim {

/// Runs a machine, whose host has a shell on its console, without a person: waits for what the host must say,
/// types a command, turns the machine off. Prints a line of verdict per step, with the machine's time.
/// @param guest  what starts a protected guest in the host's shell, whose console then is a shell of the guest's: that
///               keeps a secret, and is turned off first. Empty: no guest
/// @return  whether all went well
[[nodiscard]] auto run_smoke (Machine &machine, const std::string &guest) -> bool;

}  // namespace ravelin::sim

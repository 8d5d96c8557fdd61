// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/explored_machine.hpp"
#include "sim/explore/step.hpp"

#include <vector>

namespace ravelin::sim::explore {

/// Every step that somebody can take where the machine is now: each trap, with each class of arguments that isn't
/// refused always. Of equal ones one: of data pages that look the same, of CPUs that both are in the host.
/// @param steps  what was in it is gone
void find_steps (ExploredMachine &machine, std::vector<Step> &steps);

/// Adds each call with an argument that it refuses always: the same as one of those steps, but for one register.
void find_mistakes (ExploredMachine &machine, std::vector<Step> &steps);

}  // namespace ravelin::sim::explore

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/explored_machine.hpp"
#include "sim/explore/step.hpp"

#include <vector>

namespace ravelin::sim::explore {

/// Every step of interrupts and timers that somebody can take where the machine is now; of CPUs that are both in the
/// host, and have no timer that runs, one.
/// @param steps  they are added to these
void find_interrupt_steps (ExploredMachine &machine, std::vector<Step> &steps);

}  // namespace ravelin::sim::explore

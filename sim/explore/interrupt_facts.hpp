// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/explored_machine.hpp"
#include "sim/explore/words.hpp"

namespace ravelin::sim::explore {

/// What of a VM's interrupts and timers makes a difference: in its distributor, in its vCPUs, and in what the
/// specification remembers of how it came to that. vCPUs aren't exchanged.
void add_facts_of_interrupts (ExploredMachine &machine, Words &words);

/// The same of a CPU: its GIC's virtual interface, if a guest uses it, its own interrupts, and timers.
void add_facts_of_cpu (ExploredMachine &machine, unsigned cpu, Words &words);

}  // namespace ravelin::sim::explore

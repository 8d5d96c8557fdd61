// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The parts of this program. Each leaves the other CPUs off, and the GIC with its distributor on.

namespace host_calls {

void test_identity ();      // who answers, and with what
void test_registers ();     // what a call may change
void test_psci ();          // PSCI's answers that change nothing, and refusals
void test_cpus ();          // CPUs on and off
void test_race ();          // the same CPU turned on by two
void test_parking ();       // a CPU that is off comes back whatever the host did to keep it
void test_suspend ();       // CPU_SUSPEND
void test_random_calls ();  // every call with every register random

}  // namespace host_calls

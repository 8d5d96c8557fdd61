// SPDX-License-Identifier: BSD-2-Clause
#include "machine.hpp"
#include "program.hpp"
#include "tests.hpp"

// Looks at the GIC, the timers and PSCI of a machine like QEMU's virt with four CPUs, at EL1: of one that has nothing
// below it, and of virtual machines. What is printed between the two marks is the same in both; what follows is where
// QEMU differs, which is asked of machines that say "differences" on their command line.

auto el1::run_program () -> End {
    print ("TRANSCRIPT begins\n");
    interrupts::test_psci ();
    interrupts::Cpus cpus;
    interrupts::test_registers (cpus);
    interrupts::test_sgis (cpus);
    interrupts::test_states (cpus);
    interrupts::test_priorities (cpus);
    interrupts::test_split_end (cpus);
    interrupts::test_groups (cpus);
    interrupts::test_spis (cpus);
    interrupts::test_storm (cpus);
    interrupts::test_timers (cpus);
    interrupts::test_waiting (cpus);
    print ("TRANSCRIPT ends\n");
    if (machine ().arguments == "differences") { interrupts::test_differences (cpus); }
    return End::power_off;
}

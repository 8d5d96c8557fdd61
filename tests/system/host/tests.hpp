// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "tests/system/init/report.hpp"

/// @p what has returned what it should.
inline void expect (Test &test, const char *what, int is, int should_be) {
    test.expect (is == should_be,
                 std::string{what} + " returns " + std::to_string (is) + ", not " + std::to_string (should_be));
}

// What a VMM finds at /dev/kvm, as Documentation/virt/kvm/api.rst has it.

void test_system ();            // the device, and kinds of VMs
void test_slots ();             // memory slots
void test_live_slots ();        // the same while a VM runs
void test_dirty_log ();         // which pages it writes
void test_aborts ();            // accesses that nothing can answer
void test_vcpus ();             // vCPUs and their registers
void test_running ();           // exits, signals, power
void test_events ();            // ioeventfd, irqfd, wires, the interrupt controller
void test_protected_memory ();  // what a VMM can do with memory that isn't its any more
void test_limits ();            // RLIMIT_MEMLOCK, and what comes back in the end

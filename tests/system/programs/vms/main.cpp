// SPDX-License-Identifier: BSD-2-Clause
#include "program.hpp"
#include "vms.hpp"

// A host that makes virtual machines out of its RAM and runs small guests in them. What is printed between
// the two marks is the same on every machine: tests/system/transcripts_test.sh compares it.

auto el1::run_program () -> End {
    print ("TRANSCRIPT begins\n");
    vms::test_guests ();
    vms::test_sharing ();
    vms::test_plain ();
    vms::test_host_registers ();
    vms::test_fp ();
    vms::test_cpus ();
    vms::test_running ();
    vms::test_teardown ();
    vms::test_refused_life ();
    vms::test_refused_memory ();
    print ("TRANSCRIPT ends\n");
    return End::power_off;
}

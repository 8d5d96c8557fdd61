// SPDX-License-Identifier: BSD-2-Clause
#include "host_calls.hpp"
#include "program.hpp"

// All calls that a host can make of Ravelin, rightly and wrongly.

auto el1::run_program () -> End {
    host_calls::test_identity ();
    host_calls::test_registers ();
    host_calls::test_psci ();
    host_calls::test_cpus ();
    host_calls::test_race ();
    host_calls::test_suspend ();
    host_calls::test_random_calls ();
    host_calls::test_parking ();
    return End::reset;
}

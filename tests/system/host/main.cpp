// SPDX-License-Identifier: BSD-2-Clause
#include "tests.hpp"

auto main () -> int {
    test_system ();
    test_slots ();
    test_vcpus ();
    test_running ();
    test_live_slots ();
    test_dirty_log ();
    test_aborts ();
    test_events ();
    test_protected_memory ();
    test_limits ();
    Test::print_verdict ();
}

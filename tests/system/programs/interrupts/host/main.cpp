// SPDX-License-Identifier: BSD-2-Clause
#include "interrupts.hpp"
#include "program.hpp"

// A host whose virtual machines have interrupts, timers and power. Their guest prints the marks, and between them what
// it prints where nothing is below it, too.

auto el1::run_program () -> End {
    interrupts::test_gic_calls ();
    interrupts::test_wires ();
    interrupts::test_guest ();
    interrupts::test_host_interrupts ();
    return End::power_off;
}

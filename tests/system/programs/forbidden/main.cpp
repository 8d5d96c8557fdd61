// SPDX-License-Identifier: BSD-2-Clause
#include "forbidden.hpp"
#include "machine.hpp"
#include "program.hpp"

// All ways in which a host's instruction can reach for what isn't the host's.

auto el1::run_program () -> End {
    if (machine ().ravelin.size == 0) { give_up ("the device tree doesn't say where Ravelin is"); }
    forbidden::test_data ();
    forbidden::test_code ();
    forbidden::test_walks ();
    forbidden::test_forwarded ();
    forbidden::test_registers ();
    return End::power_off;
}

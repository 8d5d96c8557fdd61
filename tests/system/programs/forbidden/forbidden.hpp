// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The parts of this program.

namespace forbidden {

void test_data ();       // loads and stores
void test_code ();       // instruction fetches
void test_walks ();      // walks of the host's own tables
void test_forwarded ();  // the devices that Ravelin stands in front of
void test_registers ();  // system registers, debug, performance counters

}  // namespace forbidden

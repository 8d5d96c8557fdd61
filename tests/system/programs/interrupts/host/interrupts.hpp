// SPDX-License-Identifier: BSD-2-Clause
#pragma once

namespace interrupts {

// Each file's tests.
void test_guest ();
void test_wires ();
void test_host_interrupts ();
void test_gic_calls ();

}  // namespace interrupts

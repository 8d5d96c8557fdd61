// SPDX-License-Identifier: BSD-2-Clause
#pragma once

namespace vms {

// Each file's tests.
void test_guests ();
void test_sharing ();
void test_plain ();
void test_host_registers ();
void test_fp ();
void test_cpus ();
void test_running ();
void test_teardown ();
void test_refused_life ();
void test_refused_memory ();

}  // namespace vms

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "cpus.hpp"

namespace interrupts {

// Each file's tests.
void test_psci ();
void test_registers (Cpus &cpus);
void test_sgis (Cpus &cpus);
void test_states (Cpus &cpus);
void test_priorities (Cpus &cpus);
void test_split_end (Cpus &cpus);
void test_groups (Cpus &cpus);
void test_spis (Cpus &cpus);
void test_storm (Cpus &cpus);
void test_timers (Cpus &cpus);
void test_waiting (Cpus &cpus);
void test_differences (Cpus &cpus);

}  // namespace interrupts

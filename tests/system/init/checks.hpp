// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

/// A range of physical addresses.
struct PhysicalRange {
    std::uint64_t start;
    std::uint64_t size;
};

/// What the device tree says is Ravelin's; empty if it doesn't say.
[[nodiscard]] auto ravelin_memory () -> PhysicalRange;

// The parts of this init.

void check_kernel_log ();  // how the kernel was started
void check_memory_map ();  // Ravelin's memory isn't the kernel's
void check_cpus ();        // all are there, and go off and on again
void check_watchdog ();    // on a Pi: a driver that works through Ravelin
void check_forbidden ();   // what a process sees that reaches for what isn't the host's
void check_ram ();         // most of the RAM keeps what is written to it

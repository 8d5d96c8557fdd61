// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "context.hpp"
#include "layout.h"

#include <cstddef>
#include <cstdint>

namespace el1 {

/// What the runtime keeps for each CPU; TPIDR_EL1 points to it.
struct Cpu {
    Context *context{};     // el1_run() is at work on it; none: an exception is the program's own mistake
    std::uint64_t stack{};  // where el1_run() left its caller's registers
};

static_assert (offsetof (Cpu, context) == EL1_CPU_CONTEXT);
static_assert (offsetof (Cpu, stack) == EL1_CPU_STACK);

/// What another CPU does once it has been turned on; it turns itself off when the function returns.
using Work = void (*) (void *argument);

/// Turns the CPU with @p affinity on, by PSCI's CPU_ON, to do @p work. A CPU that is on already, or on its
/// way, must not be given new work.
/// @param index  the CPU's place in Machine::cpus, not 0
/// @return       PSCI's status
[[nodiscard]] auto turn_on (unsigned index, std::uint64_t affinity, Work work, void *argument) -> std::int64_t;

/// Where a CPU comes in that is turned on by other means than turn_on(), and what to hand it as context.
struct Entry {
    std::uint64_t address;
    std::uint64_t context;
};

/// Prepares the CPU's start as turn_on() does, but leaves the call to the caller.
[[nodiscard]] auto prepare_start (unsigned index, Work work, void *argument) -> Entry;

}  // namespace el1

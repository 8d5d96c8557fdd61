// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/unicorn/emulator.hpp"
#include "sim/unicorn/exception_record.hpp"

#include <cstdint>

namespace ravelin::sim {

/// Offset of a kind of exception in each quarter of a vector table.  [ARM DDI 0487, D1.3.1, table D1-5]
enum class Vector : std::uint64_t {
    synchronous = 0x000,
    irq         = 0x080,
    fiq         = 0x100,
    error       = 0x180,
};

/// Does what a CPU does when it takes an interrupt to EL1. PC is the instruction that waits for its return.
void take_interrupt (Emulator &emulator, Vector vector);

/// The same for an SError: ESR_EL1 gets @p syndrome.
void take_error (Emulator &emulator, std::uint64_t syndrome);

/// The same for a synchronous exception; PC is its preferred return address. ESR_EL1 gets the record's
/// syndrome, FAR_EL1 its address if it's of a kind that has one.
void take_synchronous (Emulator &emulator, const ExceptionRecord &exception);

/// Turns a stage 2 abort, which EL2 was to take, into the external abort at EL1 of a bus that doesn't answer.
[[nodiscard]] auto as_external_abort (const ExceptionRecord &abort, std::uint64_t pstate) -> ExceptionRecord;

}  // namespace ravelin::sim

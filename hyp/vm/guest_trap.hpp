// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/vm/vms.hpp"

#include <cstdint>

// What traps of a guest lead to, each a function of its own; @p syndrome is ESR_EL2.
namespace ravelin {

/// Answers a guest's HVC or SMC, which ELR_EL2 is behind: see hyp/abi/guest_calls.h. A call with another operand than 0
/// isn't one of Ravelin's.
[[nodiscard, gnu::noinline]] auto answer_guest_call (hal::Cpu &cpu, Vms &vms, GuestInterrupts &hardware, World &world,
                                                     Registers &registers, std::uint64_t syndrome) -> Next;

/// The same, if it's none of those that are about memory: PSCI. The host decides when a vCPU runs, never where. What
/// isn't a PSCI call is left to answer_discovery().
[[nodiscard]] auto answer_guest_psci (hal::Cpu &cpu, Vms &vms, GuestInterrupts &hardware, World &world,
                                      Registers &registers) -> Next;

/// All vCPUs of the guest's VM are off, those too that run: they come to EL2 and see it. The host is told this.
[[nodiscard]] auto end_vm (hal::Cpu &cpu, Vms &vms, GuestInterrupts &hardware, World &world, const Exit &exit) -> Next;

/// An interrupt has come to EL2 while this CPU runs a guest. Ravelin's own and the guest's timer's are dealt with; any
/// other is the host's, to whom the guest makes way, and stays as it is until the host takes it.
[[nodiscard]] auto take_guest_interrupt (hal::Cpu &cpu, GuestInterrupts &hardware, World &world) -> Next;

/// The guest waits for an interrupt: goes on at once if there is one, else the host is told until when it can do
/// without the guest.
[[nodiscard]] auto wait_in_guest (hal::Cpu &cpu, GuestInterrupts &hardware, World &world) -> Next;

/// A guest's access that stage 2 has refused: the host is asked for a page of RAM, or for what a device does,
/// and told only that; anything else is an abort of the guest's own.
[[nodiscard, gnu::noinline]] auto handle_guest_abort (hal::Cpu &cpu, Vms &vms, World &world, const Registers &registers,
                                                      std::uint64_t syndrome) -> Next;

/// What a guest reads in an ID register: what this CPU's has, without what guests can't have. Of memory it's told of no
/// more than its VM's @p ipa_bits.
[[nodiscard]] auto guest_id_register (hal::Cpu &cpu, hal::SystemRegister which, std::uint64_t ipa_bits)
    -> std::uint64_t;

/// Does what the trapped MSR or MRS of a guest asks, if the guest may have the register: ID registers, and
/// debug registers, which are there but do nothing.
/// @return  false, and nothing done: the instruction is undefined to the guest
[[nodiscard]] auto access_guest_register (hal::Cpu &cpu, World &world, Registers &registers, std::uint64_t syndrome)
    -> bool;

}  // namespace ravelin

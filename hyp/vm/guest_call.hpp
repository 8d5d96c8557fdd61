// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/next.hpp"
#include "hyp/vm/vms.hpp"
#include "hyp/vm/world.hpp"

namespace ravelin {

/// Answers a guest's HVC or SMC, which ELR_EL2 is behind: see hyp/abi/guest_calls.h.
/// @param syndrome  ESR_EL2: a call with another operand than 0 isn't one of Ravelin's
[[nodiscard, gnu::noinline]] auto answer_guest_call (hal::Cpu &cpu, Vms &vms, GuestInterrupts &hardware, World &world,
                                                     Registers &registers, std::uint64_t syndrome) -> Next;

}  // namespace ravelin

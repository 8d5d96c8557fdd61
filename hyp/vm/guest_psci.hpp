// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/next.hpp"
#include "hyp/vm/virtual_gic.hpp"
#include "hyp/vm/world.hpp"

namespace ravelin {

/// Answers a guest's PSCI call, which ELR_EL2 is behind: see hyp/abi/guest_calls.h. The host decides when a vCPU runs,
/// never where. What isn't a PSCI call of Ravelin's is NOT_SUPPORTED.
[[nodiscard]] auto answer_guest_psci (hal::Cpu &cpu, GuestInterrupts &hardware, World &world, Registers &registers)
    -> Next;

/// The guest waits for an interrupt: goes on at once if there is one, else the host is told until when it can do
/// without the guest.
[[nodiscard]] auto wait_in_guest (hal::Cpu &cpu, GuestInterrupts &hardware, World &world) -> Next;

}  // namespace ravelin

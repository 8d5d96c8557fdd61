// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/next.hpp"
#include "hyp/vm/virtual_gic.hpp"
#include "hyp/vm/world.hpp"

namespace ravelin {

/// An interrupt has come to EL2 while this CPU runs a guest. Ravelin's own and the guest's timer's are dealt with; any
/// other is the host's, to whom the guest makes way, and stays as it is until the host takes it.
[[nodiscard]] auto take_guest_interrupt (hal::Cpu &cpu, GuestInterrupts &hardware, World &world) -> Next;

}  // namespace ravelin

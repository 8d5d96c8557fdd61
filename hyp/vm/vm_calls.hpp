// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/next.hpp"
#include "hyp/vm/vms.hpp"
#include "hyp/vm/world.hpp"

namespace ravelin {

/// Carries out the host call about VMs that is in @p registers: see hyp/abi/vm_calls.h. Any other is
/// NOT_SUPPORTED.
[[nodiscard]] auto answer_vm_call (hal::Cpu &cpu, Vms &vms, GuestInterrupts &hardware, World &world,
                                   Registers &registers) -> Next;

}  // namespace ravelin

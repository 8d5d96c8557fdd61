// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/next.hpp"
#include "hyp/vm/vms.hpp"
#include "hyp/vm/world.hpp"

namespace ravelin {

/// Carries out the host call about VMs that is in @p registers: see hyp/abi/vm_calls.h. Any other is NOT_SUPPORTED.
[[nodiscard, gnu::noinline]] auto answer_vm_call (hal::Cpu &cpu, Vms &vms, GuestInterrupts &hardware,
                                                  Registers &registers) -> Next;

/// The same for VCPU_RUN.
[[nodiscard, gnu::noinline]] auto run_vcpu (hal::Cpu &cpu, Vms &vms, World &world, Registers &registers) -> Next;

}  // namespace ravelin

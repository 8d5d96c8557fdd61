// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/next.hpp"
#include "hyp/vm/vms.hpp"
#include "hyp/vm/world.hpp"

namespace ravelin {

/// A guest's access that stage 2 has refused: the host is asked for a page of RAM, or for what a device does,
/// and told only that; anything else is an abort of the guest's own.
/// @param syndrome  ESR_EL2
[[nodiscard, gnu::noinline]] auto handle_guest_abort (hal::Cpu &cpu, Vms &vms, World &world, const Registers &registers,
                                                      std::uint64_t syndrome) -> Next;

/// Completes a load that the host was asked for: @p value is what the device has returned.
void complete_load (Vcpu &vcpu, std::uint64_t value);

}  // namespace ravelin

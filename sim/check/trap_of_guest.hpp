// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/registers.hpp"
#include "sim/machine/processor.hpp"
#include "sim/spec/guest_fault.hpp"

#include <optional>

namespace ravelin::sim {

/// The stage 2 fault that @p cpu has taken from a guest, in the specification's words; nothing if it is
/// another trap, or if stage 1 doesn't lead to where it was any more.
/// @param registers  the guest's, at the trap
[[nodiscard]] auto fault_of_guest (Processor &cpu, const Registers &registers) -> std::optional<spec::GuestFault>;

}  // namespace ravelin::sim

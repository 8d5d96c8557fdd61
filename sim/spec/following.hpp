// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/cpu_interface.hpp"
#include "sim/spec/vm.hpp"

#include <string_view>

namespace ravelin::spec {

// What timers and CPU interfaces do to interrupts without a trap.

/// The wires of the timers of vCPUs that run, while the physical count goes from @p first to @p last. Those of a vCPU
/// that doesn't are as they were when it left: the host knows when its timers run out.
void set_timer_wires (Vm &vm, std::uint64_t first, std::uint64_t last);

/// The CPU interface of a vCPU that runs is @p now: what it did since is done to the distributor too.
/// @return  why no CPU interface does that; empty: it can be
[[nodiscard]] auto follow (Vm &vm, std::uint64_t number, const CpuInterface &now) -> std::string_view;

}  // namespace ravelin::spec

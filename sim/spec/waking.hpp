// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/vm.hpp"

#include <cstdint>
#include <string_view>

namespace ravelin::spec {

/// vCPUs of a VM, a bit for each.
using VcpuMask = std::uint64_t;

/// Those that are on, don't run, and for which an interrupt can be delivered that the guest doesn't mask: whoever runs
/// them knows that.
[[nodiscard]] auto certainly_ready (const Vm &vm) -> VcpuMask;

/// Why the host may not be told to run @p woken after a step; empty: it may.
/// @param ready  those that were certainly_ready() before it
[[nodiscard]] auto objection_to_waking (const Vm &vm, VcpuMask woken, VcpuMask ready) -> std::string_view;

}  // namespace ravelin::spec

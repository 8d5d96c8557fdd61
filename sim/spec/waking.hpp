// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/vm.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace ravelin::spec {

/// vCPUs of a VM, a bit for each.
using VcpuMask = std::uint64_t;

/// What whoever runs a VM's vCPUs knows already.
struct Known {
    VcpuMask ready{};                   // don't run, and are to begin or have an interrupt that no other may take
    VcpuMask possible{};                // don't run, and may have something to do
    std::vector<std::uint32_t> spis{};  // in order; can be delivered, and none of their targets runs
};

/// What is so now, before a step.
[[nodiscard]] auto known (const Vm &vm) -> Known;

/// Why the host may not be told to run @p woken; empty: it may, all of them have or may have something to do.
[[nodiscard]] auto objection_to_waking (const Vm &vm, VcpuMask woken) -> std::string_view;

/// The same, after a step that may make interrupts pending: whoever has something to do since is woken. Whoever may
/// have had before may be, too: what the step's vCPU gives back counts before what it writes.
/// @param before  the step
[[nodiscard]] auto objection_to_waking (const Vm &vm, VcpuMask woken, const Known &before) -> std::string_view;

}  // namespace ravelin::spec

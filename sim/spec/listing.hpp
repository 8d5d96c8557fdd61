// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/hardware.hpp"
#include "sim/spec/vm.hpp"

#include <string_view>

namespace ravelin::spec {

// What the list registers of a vCPU that goes on may hold.

/// Why a vCPU may not go on with these list registers; empty: it may. They hold the best of what can be delivered,
/// as much of it as they take, each once; they offer nothing else; and what doesn't fit is not forgotten. If the CPU
/// comes back before the guest does anything, they may still be what they were; and where its virtual timer is listed
/// it may stay so for as long as traps are about other things: the guest changes that timer without one. After traps
/// that are about its interrupts the physical interrupt of that timer isn't held back unless its wire is up.
/// @param looked  whether the trap was about its interrupts
[[nodiscard]] auto objection_to (const Vm &vm, std::uint64_t number, const Hardware &now, bool looked)
    -> std::string_view;

/// What list registers tell of interrupts that were in doubt.
void settle_doubts (Vm &vm, std::uint64_t number, const CpuInterface &offered);

/// The list registers are new: writes to what they hold have had their effect.
void settle_late_writes (Vm &vm, std::uint64_t number, const CpuInterface &offered);

/// Whether a vCPU that runs has to be told of an interrupt that isn't in its list registers.
[[nodiscard]] auto must_be_told (const Vm &vm, std::uint64_t number) -> bool;

}  // namespace ravelin::spec

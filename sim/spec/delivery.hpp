// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/hardware.hpp"
#include "sim/spec/vm.hpp"

#include <string_view>

namespace ravelin::spec {

// How interrupts get from a distributor to the guests, by the list registers of the CPUs that run vCPUs, and back.

/// The vCPU that runs and has SPI @p intid in a list register; nullptr: none has.
[[nodiscard]] auto holder (const Vm &vm, std::uint32_t intid) -> const Vcpu *;

/// Whether another vCPU that runs had SPI @p intid in a list register when it went on: it may have ended it since.
[[nodiscard]] auto was_offered_elsewhere (const Vm &vm, std::uint64_t number, std::uint32_t intid) -> bool;

/// The wires of the vCPUs' timers, while the physical count goes from @p first to @p last.
void set_timer_wires (Vm &vm, std::uint64_t first, std::uint64_t last);

/// The CPU interface of a vCPU that runs is @p now: what it did since is done to the distributor too.
/// @return  why no CPU interface does that; empty: it can be
[[nodiscard]] auto follow (Vm &vm, std::uint64_t number, const CpuInterface &now) -> std::string_view;

/// Why a vCPU may not go on with these list registers; empty: it may. They hold the best of what can be delivered,
/// as much of it as they take, each once; they offer nothing else; and what doesn't fit is not forgotten. If the CPU
/// comes back before the guest does anything, they may still be what they were; and where its virtual timer is listed
/// it may stay so for as long as traps are about other things: the guest changes that timer without one. After traps
/// that are about interrupts the physical interrupt of that timer isn't held back unless its wire is up.
/// @param about_interrupts  what the trap was about
[[nodiscard]] auto objection_to (const Vm &vm, std::uint64_t number, const Hardware &now, bool about_interrupts)
    -> std::string_view;

/// What list registers tell of interrupts that were in doubt.
void settle_doubts (Vm &vm, std::uint64_t number, const CpuInterface &offered);

/// Whether a vCPU that runs has to be told of an interrupt that isn't in its list registers.
[[nodiscard]] auto must_be_told (const Vm &vm, std::uint64_t number) -> bool;

/// Whether the guest masks an interrupt at its CPU interface, as far as can be told.
[[nodiscard]] auto is_masked (const CpuInterface &interface, const Interrupt &interrupt) -> bool;

/// Whether an interrupt can be delivered to a vCPU, and to no other, and the guest doesn't mask it.
[[nodiscard]] auto has_certain_interrupt (const Vm &vm, std::uint64_t number) -> bool;

/// Whether an interrupt can be delivered to a vCPU, if the guest doesn't mask it.
[[nodiscard]] auto has_possible_interrupt (const Vm &vm, std::uint64_t number) -> bool;

}  // namespace ravelin::spec

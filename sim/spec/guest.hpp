// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/choice.hpp"
#include "sim/spec/guest_fault.hpp"
#include "sim/spec/outcome.hpp"
#include "sim/spec/timer.hpp"
#include "sim/spec/world.hpp"

#include <array>
#include <cstddef>

namespace ravelin::spec {

/// X0-X3 of a guest that makes a call.
using GuestRegisters = std::array<std::uint64_t, 4>;

/// A CPU that runs a guest, and what its traps change.
struct Guest {
    World &world;
    std::size_t cpu;

    /// What it runs. Throws std::logic_error if it runs the host.
    [[nodiscard]] auto name () const -> VcpuName;
    [[nodiscard]] auto vm () const -> Vm & { return *world.state.vm (name ().vm); }
    [[nodiscard]] auto vcpu () const -> Vcpu & { return *vm ().vcpu (name ().number); }

    /// The CPU goes back to its host, whose VCPU_RUN returns @p exit in X1.
    [[nodiscard]] auto exits (std::uint64_t exit, std::uint64_t x2 = 0, std::uint64_t x3 = 0,
                              std::uint64_t x4 = 0) const -> Outcome;
};

// One function for each kind of trap.

/// HVC #0 or SMC #0.
[[nodiscard]] auto guest_call (const Guest &guest, const GuestRegisters &x, const Choice &choice) -> Outcome;

/// A PSCI function; nothing: there is none of that number.
[[nodiscard]] auto psci_call (const Guest &guest, const GuestRegisters &x, const Choice &choice)
    -> std::optional<Outcome>;

/// All vCPUs are off, and the host is told @p exit.
[[nodiscard]] auto vm_ends (const Guest &guest, std::uint64_t exit, std::uint64_t x2 = 0) -> Outcome;

/// An access that stage 2 doesn't let through.
[[nodiscard]] auto guest_fault (const Guest &guest, const GuestFault &fault, const Choice &choice) -> Outcome;

/// One of them, if it goes to the VM's GIC; nothing: it doesn't.
[[nodiscard]] auto gic_fault (const Guest &guest, const GuestFault &fault, const Choice &choice)
    -> std::optional<Outcome>;

/// An access to a register of its physical timer.
[[nodiscard]] auto guest_timer (const Guest &guest, const TimerAccess &access, const Choice &choice) -> Outcome;

/// WFI.
[[nodiscard]] auto guest_waits (const Guest &guest, const Choice &choice) -> Outcome;

}  // namespace ravelin::spec

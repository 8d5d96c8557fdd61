// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/choice.hpp"
#include "sim/spec/outcome.hpp"
#include "sim/spec/world.hpp"

#include <array>
#include <cstddef>

namespace ravelin::spec {

/// X0-X7 of a host that makes a call.
using CallRegisters = std::array<std::uint64_t, 8>;

/// A call of the host's that is to be made.
struct HostCall {
    World &world;
    std::size_t cpu;
    const CallRegisters &x;
    const Choice &choice;

    /// The VM whose handle is in X1; nullptr: there is none.
    [[nodiscard]] auto vm () const -> Vm * { return world.state.vm (x[1]); }
};

// One function for each call of vm_calls.h, named after it.
[[nodiscard]] auto vm_create (const HostCall &call) -> Outcome;
[[nodiscard]] auto vm_find (const HostCall &call) -> Outcome;
[[nodiscard]] auto id_register (const HostCall &call) -> Outcome;
[[nodiscard]] auto vm_add_ram (const HostCall &call) -> Outcome;
[[nodiscard]] auto vm_top_up (const HostCall &call) -> Outcome;
[[nodiscard]] auto vm_donate (const HostCall &call) -> Outcome;
[[nodiscard]] auto vm_lend (const HostCall &call) -> Outcome;
[[nodiscard]] auto vm_protect (const HostCall &call) -> Outcome;
[[nodiscard]] auto vm_unmap (const HostCall &call) -> Outcome;
[[nodiscard]] auto vcpu_create (const HostCall &call) -> Outcome;
[[nodiscard]] auto vcpu_run (const HostCall &call) -> Outcome;
[[nodiscard]] auto vcpu_get (const HostCall &call) -> Outcome;
[[nodiscard]] auto vcpu_set (const HostCall &call) -> Outcome;
[[nodiscard]] auto vm_set_gic (const HostCall &call) -> Outcome;
[[nodiscard]] auto vm_set_time (const HostCall &call) -> Outcome;
[[nodiscard]] auto vm_set_line (const HostCall &call) -> Outcome;
[[nodiscard]] auto gic_get (const HostCall &call) -> Outcome;
[[nodiscard]] auto gic_set (const HostCall &call) -> Outcome;
[[nodiscard]] auto vm_destroy (const HostCall &call) -> Outcome;
[[nodiscard]] auto vm_reclaim (const HostCall &call) -> Outcome;
[[nodiscard]] auto system_ends (const HostCall &call) -> Outcome;

}  // namespace ravelin::spec

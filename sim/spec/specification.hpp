// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/guest.hpp"
#include "sim/spec/host_call.hpp"
#include "sim/spec/setup.hpp"

namespace ravelin::spec {

/// What Ravelin must do: an abstract state, and one step for each trap. A step changes the state and returns
/// what must be observed. It is written from hyp/abi alone and can be copied and compared.
class Specification {
  public:
    /// All CPUs are in the host; there is no VM.
    explicit Specification (const Setup &setup);

    /// HVC #0 of the host on CPU @p cpu, for the calls of vm_calls.h.
    /// @param choice  what the real side chose; looked at where VM_CREATE and VM_RECLAIM succeed
    /// @return        with an objection: the choice was wrong, and nothing has changed
    [[nodiscard]] auto host_call (std::size_t cpu, const CallRegisters &x, const Choice &choice = {}) -> Outcome;

    /// HVC #0 or SMC #0 of the guest that CPU @p cpu runs. These steps of guests throw std::logic_error if it
    /// runs the host.
    [[nodiscard]] auto guest_call (std::size_t cpu, const GuestRegisters &x) -> Outcome;

    /// An access of that guest that stage 2 doesn't let through.
    [[nodiscard]] auto guest_fault (std::size_t cpu, const GuestFault &fault) -> Outcome;

    /// Its WFI.
    [[nodiscard]] auto guest_waits (std::size_t cpu) -> Outcome;

    /// An interrupt for the host while it runs.
    [[nodiscard]] auto interrupt (std::size_t cpu) -> Outcome;

    [[nodiscard]] auto state () const -> const State & { return world_.state; }

    /// What the last step may have changed: pages of RAM, and mappings of VMs.
    [[nodiscard]] auto touched () const -> const Touched & { return world_.touched; }

    /// Whether the host's loads and stores reach the page of RAM.
    [[nodiscard]] auto host_reaches (PageNumber pa) const -> bool;

    /// What VM @p handle reaches at page @p ipa; nullptr: nothing.
    [[nodiscard]] auto mapping (Handle handle, PageNumber ipa) const -> const Mapping *;

  private:
    /// The guest that CPU @p cpu runs, in a new step.
    [[nodiscard]] auto guest (std::size_t cpu) -> Guest;

    World world_;
};

}  // namespace ravelin::spec

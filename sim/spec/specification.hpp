// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/guest.hpp"
#include "sim/spec/hardware.hpp"
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
    /// @return        with an objection: the choice was wrong, and what has changed is of no use
    [[nodiscard]] auto host_call (std::size_t cpu, const CallRegisters &x, const Choice &choice = {}) -> Outcome;

    /// The physical count goes from @p first to @p last while the next step's trap is taken. It doesn't go back.
    void time_is (std::uint64_t first, std::uint64_t last) {
        world_.state.first_count = first;
        world_.state.last_count  = last;
    }
    void time_is (std::uint64_t count) { time_is (count, count); }

    /// What the CPU interface and the timer of the vCPU that CPU @p cpu runs have become, before anything else is
    /// said: hardware and guest change them without a trap. It's best said of all CPUs before each step.
    /// @return  why that can't be; empty: it can
    [[nodiscard]] auto hardware_did (std::size_t cpu, const Hardware &now) -> std::string_view;

    /// CPU @p cpu goes on in a guest, with this in its hardware.
    /// @return  why it may not; empty: it may
    [[nodiscard]] auto resumes (std::size_t cpu, const Hardware &now) -> std::string_view;

    /// Whether CPU @p cpu runs a vCPU that has to be told of an interrupt, so that Ravelin has to interrupt the CPU.
    [[nodiscard]] auto must_be_told (std::size_t cpu) const -> bool;

    /// HVC #0 or SMC #0 of the guest that CPU @p cpu runs. These steps of guests throw std::logic_error if it
    /// runs the host.
    /// @param choice  what the real side chose: whether the guest goes on, and whom it woke
    [[nodiscard]] auto guest_call (std::size_t cpu, const GuestRegisters &x, const Choice &choice = {}) -> Outcome;

    /// An access of that guest that stage 2 doesn't let through.
    [[nodiscard]] auto guest_fault (std::size_t cpu, const GuestFault &fault, const Choice &choice = {}) -> Outcome;

    /// Its access to a register of its physical timer.
    [[nodiscard]] auto guest_timer (std::size_t cpu, const TimerAccess &access, const Choice &choice) -> Outcome;

    /// Its WFI.
    [[nodiscard]] auto guest_waits (std::size_t cpu, const Choice &choice = {}) -> Outcome;

    /// An interrupt while it runs: the host's, or one that Ravelin takes itself; then the guest goes on, or somebody
    /// else has to run.
    [[nodiscard]] auto interrupt (std::size_t cpu, const Choice &choice = {}) -> Outcome;

    [[nodiscard]] auto state () const -> const State & { return world_.state; }

    /// What the last step may have changed: pages of RAM, and mappings of VMs.
    [[nodiscard]] auto touched () const -> const Touched & { return world_.touched; }

    /// Whether the host's loads and stores reach the page of RAM.
    [[nodiscard]] auto host_reaches (PageNumber pa) const -> bool;

    /// What VM @p handle reaches at page @p ipa; nullptr: nothing.
    [[nodiscard]] auto mapping (Handle handle, PageNumber ipa) const -> const Mapping *;

  private:
    /// A new step begins, which is about VM @p handle if there is one.
    void begin_step (Handle handle);

    /// A new step of the guest that CPU @p cpu runs: @p step (guest), if that is still on, or @p when_off.
    template <class Step>
    [[nodiscard]] auto guest_step (std::size_t cpu, const Choice &choice, Step step, bool when_off = false) -> Outcome;

    World world_;
};

}  // namespace ravelin::spec

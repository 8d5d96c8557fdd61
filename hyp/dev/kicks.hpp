// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "hyp/dev/gic.hpp"

#include <array>

namespace ravelin {

/// Interrupts by which one CPU in EL2 makes another look at the guest that it runs: Ravelin's SGI, sent only to a CPU
/// that will take it in EL2. A host that got one would never end it, and its priority would hold others back.
class Kicks {
  public:
    /// This CPU is about to run a guest: it can be kicked.
    void begin (hal::Cpu &cpu, const Gic &gic);

    /// It isn't any more, and nothing that was sent reaches its host.
    void end (hal::Cpu &cpu, const Gic &gic);

    /// Makes @p target come to EL2, if it runs a guest. What is to be seen there is visible to others already.
    void send (hal::Cpu &cpu, const Gic &gic, CpuIndex target);

    /// This CPU has been kicked, and looks: what is sent from now on comes again.
    void take (hal::Cpu &cpu, const Gic &gic);

  private:
    enum class State : std::uint32_t {
        outside,  // in the host, or on the way to or from it
        inside,   // in a guest
        sending,  // somebody is at the distributor for it
        sent,
    };

    struct Target {
        hal::Shared<State> state{State::outside};
        hal::Shared<std::uint8_t> mask;  // its bit in GICD_SGIR's target list
    };

    /// What was sent to this CPU isn't pending any more. Waits for who is at the distributor: it does nothing else
    /// there.
    void withdraw (hal::Cpu &cpu, const Gic &gic, State then);
    [[nodiscard]] auto self (hal::Cpu &cpu) -> Target & { return targets_[cpu.index ().value ()]; }

    std::array<Target, max_cpus> targets_{};
};

}  // namespace ravelin

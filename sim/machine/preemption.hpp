// SPDX-License-Identifier: BSD-2-Clause
#pragma once

namespace ravelin::sim {

/// Decides, at every operation of the hypervisor that other CPUs may notice, whether one of them goes first.
class Preemption {
  public:
    Preemption ()                                       = default;
    Preemption (const Preemption &)                     = delete;
    auto operator= (const Preemption &) -> Preemption & = delete;
    virtual ~Preemption ()                              = default;

    /// The hypervisor is at such an operation; it goes on when this returns.
    virtual void reached () = 0;

    /// Called by the simulated HAL. Free where no machine runs its fibers.
    static void point () {
        if (current != nullptr) [[unlikely]] { current->reached (); }
    }

    /// Who decides in this thread, while a machine runs its fibers in it. hal::Shared has no CPU to ask.
    static inline thread_local constinit Preemption *current = nullptr;
};

}  // namespace ravelin::sim

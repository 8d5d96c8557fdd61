// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/hypervisor.hpp"
#include "hyp/host/syndrome.hpp"
#include "sim/threads/board.hpp"

#include <cstdint>
#include <initializer_list>

namespace ravelin::sim::threads {

/// One CPU: its way into the hypervisor and out of it, in the thread that calls. What happens at EL1, in between, is up
/// to the caller. It throws Stopped once the board's run is over, while this CPU is off.
class ThreadCpu {
  public:
    /// @param board, hypervisor  outlive the CPU
    ThreadCpu (Board &board, Hypervisor &hypervisor, CpuIndex index, std::uint64_t seed)
        : board_{board}, hypervisor_{hypervisor}, hal_{index, board, seed} {}

    [[nodiscard]] auto index () const -> CpuIndex { return hal_.index (); }
    [[nodiscard]] auto board () -> Board & { return board_; }
    [[nodiscard]] auto hal () -> hal::Cpu & { return hal_; }
    [[nodiscard]] auto registers () -> Registers & { return registers_; }

    /// How often it has come to EL2.
    [[nodiscard]] auto traps () const -> std::uint64_t { return traps_; }

    /// Ravelin boots, before there are other threads.
    [[nodiscard]] auto boot () -> Booted<void>;

    /// Waits until firmware starts this CPU, and goes through Ravelin to the host.
    void arrive ();

    /// Whether a guest runs; else the host does.
    [[nodiscard]] auto in_guest () -> bool;

    // Each way to EL2. Afterwards the CPU is in the host or in a guest again, perhaps in another of them.
    void trap (esr::Class kind, std::uint64_t details);
    void call (std::initializer_list<std::uint64_t> values);  // HVC, with these in X0, X1, ...
    void interrupt ();
    void system_error ();

    /// An abort at @p ipa, where stage 1 is off.
    void abort (esr::Class kind, Ipa ipa, std::uint64_t details);

  private:
    /// @param handler  what Ravelin does there
    template <class Handler>
    void enter (const Handler &handler);

    Board &board_;
    Hypervisor &hypervisor_;
    hal::Cpu hal_;
    Registers registers_{};
    std::uint64_t traps_{};
};

}  // namespace ravelin::sim::threads

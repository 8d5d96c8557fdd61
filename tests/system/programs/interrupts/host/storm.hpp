// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "host_interrupts.hpp"
#include "virtual_cpu.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace interrupts {

/// What a CPU of the host has counted of its own interrupts while guests ran on all CPUs.
struct Tally {
    std::uint64_t ticks_set{};
    std::uint64_t ticks{};
    std::atomic<std::uint64_t> sent{};  // of count_sgi, to the next CPU
    std::uint64_t asked{};              // how often its guest came by itself
    std::uint64_t latest{};             // ticks of the counter that the latest timer interrupt was late
    std::uint64_t lateness{};           // of all together
    std::uint64_t refused{};            // VCPU_RUN that failed
    Taken taken;
};

/// Runs a guest that storms, on each CPU of the host. Meanwhile each CPU's timer runs out again and again, and each
/// time the CPU sends the next one an SGI, if the last one has been counted.
class Storm {
  public:
    static constexpr std::uint64_t ticks = 100;

    /// The guest on CPU @p cpu is vCPU @p number of @p vm.
    void put (unsigned cpu, vms::Vm &vm, std::uint64_t number) { guests_.at (cpu) = {&vm, number}; }

    /// Runs them until each of @p count CPUs has had its ticks.
    void run (unsigned count);

    [[nodiscard]] auto tally (unsigned cpu) const -> const Tally & { return tallies_.at (cpu); }

    /// How many SGIs that CPU @p cpu has sent have come.
    [[nodiscard]] auto arrived_from (unsigned cpu) const -> std::uint64_t;

  private:
    struct Guest {
        vms::Vm *vm{};
        std::uint64_t number{};
    };

    void run_cpu (unsigned cpu);
    void tick (unsigned cpu, std::uint64_t &deadline);
    [[nodiscard]] auto next_of (unsigned cpu) const -> unsigned { return (cpu + 1) % count_; }

    std::array<Guest, EL1_MAX_CPUS> guests_{};
    std::array<Tally, EL1_MAX_CPUS> tallies_{};
    unsigned count_{};
    std::atomic<unsigned> are_done_;  // CPUs that have had their ticks
};

}  // namespace interrupts

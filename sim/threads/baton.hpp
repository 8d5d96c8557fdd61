// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "sim/machine/random.hpp"

#include <atomic>
#include <cstdint>

namespace ravelin::sim::threads {

/// Lets one thread go on at a time, by dice: with the same seed they take the same turns. ThreadSanitizer doesn't see
/// it: to it they run at the same time, and nothing of that orders anything. For files that aren't built with it.
class Baton {
  public:
    /// The first of @p threads has it.
    Baton (std::uint32_t threads, std::uint64_t seed) : there_{(1U << threads) - 1}, random_{seed} {}

    /// Waits until @p cpu, whose thread begins, gets it.
    void wait_for (CpuIndex cpu) const;

    /// @p cpu gives it to somebody, or keeps it; returns once it has it again.
    void pass (CpuIndex cpu);

    /// @p cpu gives it away for good.
    void leave (CpuIndex cpu);

  private:
    void give ();

    std::atomic<std::uint32_t> holder_{0};
    std::uint32_t there_;  // a bit for each thread that still wants it
    Random random_;
};

}  // namespace ravelin::sim::threads

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/random.hpp"
#include "sim/race/chooser.hpp"

#include <cstdint>
#include <vector>

namespace ravelin::sim::race {

/// Probabilistic concurrency testing: each has a priority, drawn at random, and the highest of those that are ready
/// goes on; at a few moments, drawn at random too, who went on last falls below all others. A mistake that takes d such
/// changes in a race of k moments between n is found by one seed in n * k^(d-1) at the least. [Burckhardt et al., A
/// Randomized Scheduler with Probabilistic Guarantees of Finding Bugs, ASPLOS 2010]
class Priorities : public Chooser {
  public:
    /// @param parties  CPUs, and what each has stored
    /// @param changes  the moments of the race, from 0 on, at which a priority changes
    Priorities (unsigned parties, std::vector<std::uint64_t> changes, Random &random);

    /// Who waits falls below all others, or nobody would come to do what it waits for.
    [[nodiscard]] auto choose (std::uint32_t ready, unsigned last, bool waits) -> unsigned override;

  private:
    std::vector<std::int64_t> priorities_;
    std::vector<std::uint64_t> changes_;  // when
    std::int64_t lowest_{};
    std::uint64_t now_{};
};

}  // namespace ravelin::sim::race

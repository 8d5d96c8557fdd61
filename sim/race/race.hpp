// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/canonical.hpp"
#include "sim/explore/explored_machine.hpp"
#include "sim/machine/random.hpp"
#include "sim/race/turns.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ravelin::sim::race {

/// Steps of several CPUs that are taken at the same time, and what may come of that: only what comes of them one after
/// the other, in an order in which none precedes another that was over before it began (linearizability). Each order is
/// taken first, and held to the specification.
/// [Herlihy, Wing: Linearizability: A Correctness Condition for Concurrent Objects, TOPLAS 1990]
class Race {
  public:
    /// @param machine  at a mark, to which it goes back behind each race; outlives this
    /// @param steps    of different CPUs. Each order of them is taken. Throws if one does what it may not
    Race (explore::ExploredMachine &machine, std::span<const explore::Step> steps);

    /// Takes them in turns that @p chooser decides. Throws std::exception if nothing may come to that: the machine is
    /// of no use any more then.
    void run (Turns &turns, Chooser &chooser);

    /// One of the moments that the steps have, one after the other; every other time one that has to do with others.
    [[nodiscard]] auto draw_moment (Random &random) const -> std::uint64_t;

  private:
    /// What comes of the steps in one order.
    struct InOrder {
        std::vector<explore::Step> steps;
        explore::ExploredMachine::Outcome outcome;
        explore::Key key;
    };

    /// Whether @p early may have come first, as far as anybody could tell by when the two were taken.
    [[nodiscard]] auto may_precede (const explore::Step &early, const explore::Step &late, const Turns &turns) const
        -> bool;
    [[nodiscard]] auto could_be (const InOrder &order, const Turns &turns) const -> bool;

    /// For as long as it lives calls mean the VMs that were there before, or that a step makes: a step is the same call
    /// whenever it's taken.
    class Meaning {
      public:
        Meaning (explore::ExploredMachine &machine, std::span<const explore::Step> steps);
        Meaning (const Meaning &)                     = delete;
        auto operator= (const Meaning &) -> Meaning & = delete;
        ~Meaning () { machine_.mean (std::nullopt); }

      private:
        explore::ExploredMachine &machine_;
    };

    explore::ExploredMachine &machine_;
    std::vector<explore::Step> steps_;
    Meaning meaning_{machine_, steps_};
    std::vector<InOrder> orders_;
    std::vector<std::uint64_t> ordering_;  // moments of the first order that have to do with others
    std::uint64_t moments_{};              // that there are
};

}  // namespace ravelin::sim::race

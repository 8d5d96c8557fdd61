// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/changing_lines.hpp"
#include "sim/explore/key_set.hpp"
#include "sim/explore/traveller.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ravelin::sim::explore {

/// What a step led to that was not known.
struct Found {
    Node node;
    Key key{};
    std::string problem{};  // what it shows the machine to do wrong; empty: nothing
    bool by_step{true};     // the step shows it; else the state that it would begin at does
};

/// How steps are taken.
struct Ways {
    bool backwards{};  // those of a state from the last to the first
    bool two_runs{};   // each by two machines that differ in VM 0's secret

    void (*prepare) (Machine &machine){};  // does something to each machine first; nullptr: nothing
};

/// Goes from state to state of a tree, and looks what comes next.
class Walker {
  public:
    /// @param tree   the states, and
    /// @param known  their keys; both outlive the walker, and grow only while it does nothing
    Walker (const Scope &scope, const Tree &tree, const KeySet &known, const Ways &ways);

    /// Takes every step that there is from @p node on. Adds to @p found what leads to a state that isn't known, and the
    /// first that shows a problem: then it's over.
    void expand (std::uint32_t node, std::vector<Found> &found);

    /// How many steps it has taken in search of new states; those by which it got there don't count.
    [[nodiscard]] auto transitions () const -> std::uint64_t { return transitions_; }

  private:
    /// Begins with new machines.
    void begin ();

    /// expand(), which may have overlooked something.
    void take_all (std::uint32_t node, std::vector<Found> &found);

    /// Whether it has; if so that's known from now on.
    [[nodiscard]] auto has_overlooked () -> bool;

    /// What comes of a step that the first machine has taken: @p other takes it too.
    void compare (ExploredMachine &other, const Step &step);

    const Scope scope_;
    const Tree &tree_;
    const KeySet &known_;
    const Ways ways_;
    ChangingLines lines_;
    std::unique_ptr<Traveller> traveller_;
    std::unique_ptr<Traveller> other_;  // where there are two runs
    std::vector<Step> steps_;
    std::uint64_t transitions_{};
};

}  // namespace ravelin::sim::explore

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/explored_machine.hpp"
#include "sim/explore/tree.hpp"

#include <cstdint>
#include <vector>

namespace ravelin::sim::explore {

/// Goes from state to state of a tree with a machine of its own, over the last one that was on both ways.
class Traveller {
  public:
    /// @param tree    the states; outlives the traveller
    /// @param secret  VM 0's
    Traveller (const Scope &scope, const Tree &tree, ExploredMachine::Secret secret = 0);

    /// Goes to @p node, where the machine has a mark, and looks at all lines.
    void go_to (std::uint32_t node);

    [[nodiscard]] auto machine () -> ExploredMachine & { return machine_; }

  private:
    const Tree &tree_;
    ExploredMachine machine_;
    std::vector<std::uint32_t> way_;  // to where the machine is
};

}  // namespace ravelin::sim::explore

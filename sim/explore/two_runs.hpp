// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/explored_machine.hpp"

namespace ravelin::sim::explore {

/// Two machines that differ only in VM 0's secret, and take the same steps: that never makes a difference for the host,
/// nor for another VM (non-interference). What VM 0 shares is no secret.
class TwoRuns {
  public:
    explicit TwoRuns (const Scope &scope) : one_{scope, one_secret}, other_{scope, other_secret} {}

    /// Both take @p step, and are compared. Throws std::exception if one does what it may not, or what they do differs.
    void take (const Step &step);

    /// Compares each with its specification.
    void check_all () {
        one_.check_all ();
        other_.check_all ();
    }

    // What the two know.
    static constexpr ExploredMachine::Secret one_secret   = 0x1357;
    static constexpr ExploredMachine::Secret other_secret = one_secret | ExploredMachine::complement;

  private:
    ExploredMachine one_;
    ExploredMachine other_;
};

/// Two machines have taken @p step, each from a state that differed from the other's only in VM 0's secret. Throws a
/// Violation if others see the difference now.
void hold_alike (ExploredMachine &one, ExploredMachine &other, const Step &step);

}  // namespace ravelin::sim::explore

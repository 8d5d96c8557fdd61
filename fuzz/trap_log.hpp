// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/machine.hpp"
#include "sim/machine/trap_observer.hpp"

#include <array>
#include <iosfwd>

namespace ravelin::fuzz {

/// Writes a line for each trap: who takes it on which CPU, what it is, and what the registers are behind it. What it
/// has been told is written at once, so that a trap nobody comes back from is the last one.
class TrapLog final : public sim::TrapObserver {
  public:
    /// @param out  outlives the log
    explicit TrapLog (std::ostream &out) : out_{out} {}

    /// Traps of @p machine are written from here on. Who observes them already, of all CPUs, goes on doing so, and must
    /// be gone, or observe another machine, when this machine is.
    void watch (sim::Machine &machine);

    void entered (sim::Processor &cpu, const Registers &registers) override;
    void interrupted (sim::Processor &cpu, const Registers &registers) override;
    void maintained (sim::Processor &cpu, const sim::Maintenance &what) override;
    void leaving (sim::Processor &cpu, const Registers &registers) override;

  private:
    std::ostream &out_;
    TrapObserver *other_{};
};

}  // namespace ravelin::fuzz

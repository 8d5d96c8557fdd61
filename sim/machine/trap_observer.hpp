// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/registers.hpp"
#include "sim/machine/maintenance.hpp"

namespace ravelin::sim {

class Processor;

/// Is told of each trap: a tracer, a checker.
class TrapObserver {
  public:
    TrapObserver ()                                         = default;
    TrapObserver (const TrapObserver &)                     = delete;
    auto operator= (const TrapObserver &) -> TrapObserver & = delete;
    virtual ~TrapObserver ()                                = default;

    /// @p cpu has just entered EL2; its syndrome registers say why.
    virtual void entered (Processor &cpu, const Registers &registers) = 0;

    /// The same for an interrupt or SError, which has no syndrome.
    virtual void interrupted (Processor & /*cpu*/, const Registers & /*registers*/) {}

    /// @p cpu, in a trap, does something to caches or TLBs.
    virtual void maintained (Processor & /*cpu*/, const Maintenance & /*what*/) {}

    /// @p cpu is about to leave EL2.
    virtual void leaving (Processor &cpu, const Registers &registers) = 0;
};

}  // namespace ravelin::sim

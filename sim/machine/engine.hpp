// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"

#include <cstdint>

namespace ravelin::sim {

class Processor;

/// Executes EL1 and EL0 of one CPU. It takes every trap to EL2 to Processor::trap(), which runs the
/// hypervisor, and goes on from what that left in the registers. ESR_EL1, SCTLR_EL1 and the other registers
/// in hal::sysreg::all are the hypervisor's to read and write during a trap: an engine that keeps its own
/// copies writes them to Processor::hal() before and reads them back after.
class Engine {
  public:
    /// Why run() came back.
    enum class Exit : std::uint8_t {
        slice_over,          // it has executed what it was given
        wait_for_interrupt,  // WFI: nothing to do until Processor::wakes()
        off,                 // a trap returned Next::off
        finished,            // nothing left to execute, ever
    };

    Engine ()                                   = default;
    Engine (const Engine &)                     = delete;
    auto operator= (const Engine &) -> Engine & = delete;
    virtual ~Engine ()                          = default;

    /// The hypervisor's ERET to a context that has just begun: after boot() or park(). PC is ELR_EL2, PSTATE
    /// is SPSR_EL2, the registers are @p cpu's.
    virtual void start (Processor &cpu) = 0;

    /// Executes about @p instructions; tells the machine's clock of each.
    [[nodiscard]] virtual auto run (Processor &cpu, std::uint64_t instructions) -> Exit = 0;

    /// PAR_EL1 after AT S1E1R, while the CPU is in EL2: with this engine's own registers of EL1.
    [[nodiscard]] virtual auto translate_stage1 (Va va) -> std::uint64_t = 0;

    /// PAR_EL1.F: the translation failed.
    static constexpr std::uint64_t not_translated = 1;
};

}  // namespace ravelin::sim

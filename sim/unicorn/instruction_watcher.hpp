// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"

#include <cstdint>

namespace ravelin::sim {

/// Is asked before instructions: a debugger.
class InstructionWatcher {
  public:
    InstructionWatcher ()                                               = default;
    InstructionWatcher (const InstructionWatcher &)                     = delete;
    auto operator= (const InstructionWatcher &) -> InstructionWatcher & = delete;
    virtual ~InstructionWatcher ()                                      = default;

    /// @p cpu is about to execute the instruction at virtual address @p address. Returns whether the machine stops
    /// before that.
    [[nodiscard]] virtual auto stops (CpuIndex cpu, std::uint64_t address) -> bool = 0;
};

}  // namespace ravelin::sim

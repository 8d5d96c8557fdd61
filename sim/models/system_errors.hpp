// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"

#include <array>

namespace ravelin::sim {

/// The SErrors of a machine: errors that have no instruction, since the access that led to them was over long before
/// they came back over the bus. Each CPU has one that is pending or not, whoever takes it, whenever that lets it.
/// [ARM DDI 0487, D1.3.5]
class SystemErrors {
  public:
    /// An access of @p cpu has gone wrong somewhere.
    void raise (CpuIndex cpu) { pending_[cpu.value ()] = true; }

    [[nodiscard]] auto pending (CpuIndex cpu) const -> bool { return pending_[cpu.value ()]; }

    /// @p cpu takes what is pending.
    void take (CpuIndex cpu) { pending_[cpu.value ()] = false; }

  private:
    std::array<bool, max_cpus> pending_{};
};

}  // namespace ravelin::sim

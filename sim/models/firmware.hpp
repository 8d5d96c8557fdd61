// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "hyp/core/range.hpp"
#include "hyp/hal/concept.hpp"

namespace ravelin::sim {

/// What runs at EL3, and how it starts CPUs.
class Firmware {
  public:
    /// Where the hypervisor has it start CPUs: simulated code has no address, so this is one that's never RAM.
    static constexpr Pa entry_point{0xffff'ffff'f000};

    Firmware ()                                     = default;
    Firmware (const Firmware &)                     = delete;
    auto operator= (const Firmware &) -> Firmware & = delete;
    virtual ~Firmware ()                            = default;

    /// Answers SMC #0 of @p cpu, or throws Stopped.
    [[nodiscard]] virtual auto smc (CpuIndex cpu, const hal::SmcRegisters &arguments) -> hal::SmcRegisters = 0;

    /// Whether @p cpu, which is off, is to enter the hypervisor now; says so once.
    [[nodiscard]] virtual auto take_start (CpuIndex cpu) -> bool = 0;

    /// A CPU has executed SEV.
    virtual void event () {}

    /// The cache lines of @p range have reached memory.
    virtual void cleaned (PaRange /*range*/) {}
};

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/platform.hpp"
#include "hyp/hal/hal.hpp"

#include <cstdint>

namespace ravelin {

/// The physical GICv2, as far as Ravelin uses it: one interrupt that wakes cores which wait in Ravelin. The
/// host owns the rest, and while a core waits here the host can't touch that core's banked registers.  [IHI
/// 0048B]
class Gic {
  public:
    constexpr Gic () = default;
    explicit constexpr Gic (const GicRanges &ranges)
        : distributor_{ranges.distributor.start}, cpu_interface_{ranges.cpu_interface.start} {}

    /// The bit of the CPU that asks in GICD_SGIR's target list; 0 on a GIC for a single CPU.
    [[nodiscard]] auto own_mask (hal::Cpu &cpu) const -> std::uint8_t;

    /// Leaves the wake interrupt as the only one that can end this CPU's sleep, whatever the host had set up.
    void prepare_sleep (hal::Cpu &cpu) const;

    /// Takes wake interrupts that have come, so that the next sleep lasts.
    void acknowledge_wake (hal::Cpu &cpu) const;

    /// Puts this CPU's interface back as reset left it, as CPU_ON promises.
    void end_sleep (hal::Cpu &cpu) const;

    /// Sends the wake interrupt to the CPUs in @p mask. Turns the distributor on for that, should the host
    /// have turned it off: a host may not lock its cores in.
    void wake (hal::Cpu &cpu, std::uint8_t mask) const;

    /// Enables an SGI or PPI of this CPU; Linux disables all of them when it starts a CPU.
    void enable_private (hal::Cpu &cpu, std::uint32_t intid) const;

  private:
    Pa distributor_;
    Pa cpu_interface_;
};

}  // namespace ravelin

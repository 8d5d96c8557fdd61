// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/platform.hpp"
#include "hyp/hal/hal.hpp"

#include <cstdint>

namespace ravelin {

/// The physical GICv2, as far as Ravelin uses it: one SGI, by which cores in EL2 wake or interrupt each other, and the
/// PPIs that are EL2's while a guest runs. The host owns the rest, and while a core is here the host can't touch that
/// core's banked registers.  [IHI 0048B]
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

    /// INTIDs of what comes to EL2 while a guest runs, and isn't the host's.  [BSA, 3.8.3]
    static constexpr std::uint32_t kick_intid          = 15;
    static constexpr std::uint32_t maintenance_intid   = 25;
    static constexpr std::uint32_t el2_timer_intid     = 26;
    static constexpr std::uint32_t virtual_timer_intid = 27;

    /// Enables these on this CPU, where they aren't: Linux disables all PPIs when it starts a CPU.
    /// @return  whether the virtual timer's, which is the host's too, was disabled
    [[nodiscard]] auto enable_for_guest (hal::Cpu &cpu) const -> bool;
    void disable_virtual_timer (hal::Cpu &cpu) const;

    /// The interrupt that this CPU would take first; it stays pending. 1020 or above: none.
    [[nodiscard]] auto first_pending (hal::Cpu &cpu) const -> std::uint32_t;

    /// Kicks that were sent to this CPU aren't pending any more. They are never acknowledged: what that returned could
    /// be an interrupt of the host's that has come meanwhile.
    void withdraw_kick (hal::Cpu &cpu) const;

    /// Makes a PPI of this CPU active, or not: while it is, its wire interrupts nobody.
    void set_active (hal::Cpu &cpu, std::uint32_t intid) const;
    void clear_active (hal::Cpu &cpu, std::uint32_t intid) const;

    /// A PPI of this CPU isn't pending, unless its wire says so.
    void clear_pending (hal::Cpu &cpu, std::uint32_t intid) const;

  private:
    Pa distributor_;
    Pa cpu_interface_;
};

}  // namespace ravelin

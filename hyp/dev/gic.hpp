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

    /// The interrupt that this CPU would take first; it stays pending. 1020 or above: none.
    [[nodiscard]] auto first_pending (hal::Cpu &cpu) const -> std::uint32_t;

    /// Kicks that were sent to this CPU aren't pending any more. They are never acknowledged: what that returned could
    /// be an interrupt of the host's that has come meanwhile.
    void withdraw_kick (hal::Cpu &cpu) const;

    /// What can be done to a PPI of this CPU: the register that does it.  [4.3.6 to 4.3.10]
    enum class PpiChange : std::uint16_t {
        disable       = 0x180,  // GICD_ICENABLER0
        clear_pending = 0x280,  // GICD_ICPENDR0: it isn't pending, unless its wire says so
        set_active    = 0x300,  // GICD_ISACTIVER0: its wire interrupts nobody
        clear_active  = 0x380,  // GICD_ICACTIVER0
    };
    void change (hal::Cpu &cpu, std::uint32_t intid, PpiChange how) const {
        cpu.mmio_write (distributor_ + static_cast<std::uint64_t> (how), 1U << intid);
    }

  private:
    Pa distributor_;
    Pa cpu_interface_;
};

}  // namespace ravelin

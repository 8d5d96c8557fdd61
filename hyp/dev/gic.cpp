// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/dev/gic.hpp"

#include "hyp/core/bit_field.hpp"

namespace ravelin {

namespace {
// Distributor.  [IHI 0048B, 4.3]
constexpr std::uint64_t gicd_ctlr       = 0x000;  // control; bit 0 enables, in the non-secure view and without security
constexpr std::uint64_t gicd_igroupr0   = 0x080;  // groups of this CPU's SGIs and PPIs; RAZ/WI in the non-secure view
constexpr std::uint64_t gicd_isenabler0 = 0x100;  // set-enable, this CPU's SGIs and PPIs
constexpr std::uint64_t gicd_icenabler0 = 0x180;  // clear-enable, the same
constexpr std::uint64_t gicd_icpendr0   = 0x280;  // clear-pending, this CPU's PPIs
constexpr std::uint64_t gicd_icactiver0 = 0x380;  // clear-active, this CPU's SGIs and PPIs
constexpr std::uint64_t gicd_ipriorityr = 0x400;  // priorities, a byte an interrupt
constexpr std::uint64_t gicd_itargetsr0 = 0x800;  // this CPU's own bit, in every byte
constexpr std::uint64_t gicd_sgir       = 0xf00;  // sends an SGI
constexpr std::uint64_t gicd_cpendsgir =
    0xf10;  // clear-pending, this CPU's SGIs: a byte for each, a bit for each sender

constexpr Bits32 sgir_targets{23, 16};  // CPUTargetList
constexpr Bits32 sgir_intid{3, 0};

// CPU interface.  [4.4]
constexpr std::uint64_t gicc_ctlr   = 0x000;  // control
constexpr std::uint64_t gicc_pmr    = 0x004;  // only interrupts of a higher priority (a lower number) get through
constexpr std::uint64_t gicc_iar    = 0x00c;  // acknowledges
constexpr std::uint64_t gicc_eoir   = 0x010;  // ends
constexpr std::uint64_t gicc_hppir  = 0x018;  // what would be acknowledged
constexpr std::uint64_t gicc_apr0   = 0x0d0;  // priorities that are active: those they hold back wait
constexpr std::uint64_t gicc_nsapr0 = 0x0e0;  // the same of group 1, where both groups can be seen

constexpr Bits32 iar_intid{9, 0};
constexpr std::uint32_t spurious    = 1020;  // this INTID or above: nothing was pending
constexpr std::uint32_t enable      = 1;
constexpr std::uint32_t all         = 0xffff'ffff;
constexpr std::uint32_t only_top    = 0x10;  // PMR: lets priority 0 through, the top five bits being implemented
constexpr std::uint32_t sgi_per_gic = 16;    // no more than these can be waiting to be acknowledged
}  // namespace

auto Gic::own_mask (hal::Cpu &cpu) const -> std::uint8_t {
    return static_cast<std::uint8_t> (cpu.mmio_read (distributor_ + gicd_itargetsr0));
}

void Gic::prepare_sleep (hal::Cpu &cpu) const {
    cpu.mmio_write (distributor_ + gicd_icenabler0, all);
    cpu.mmio_write (distributor_ + gicd_icpendr0, all);
    cpu.mmio_write (distributor_ + gicd_icactiver0, all);
    cpu.mmio_write (distributor_ + gicd_igroupr0, 0);
    cpu.mmio_write (cpu_interface_ + gicc_apr0, 0);
    cpu.mmio_write (cpu_interface_ + gicc_nsapr0, 0);
    // The word holds SGI 12-15; the others are disabled.
    cpu.mmio_write (distributor_ + gicd_ipriorityr + (kick_intid & ~3U), 0);
    cpu.mmio_write (distributor_ + gicd_isenabler0, 1U << kick_intid);
    cpu.mmio_write (cpu_interface_ + gicc_pmr, only_top);
    cpu.mmio_write (cpu_interface_ + gicc_ctlr, enable);
}

void Gic::acknowledge_wake (hal::Cpu &cpu) const {
    for (std::uint32_t i = 0; i < sgi_per_gic; ++i) {
        const auto acknowledged = cpu.mmio_read (cpu_interface_ + gicc_iar);
        if (iar_intid.get (acknowledged) >= spurious) { return; }
        cpu.mmio_write (cpu_interface_ + gicc_eoir, acknowledged);
    }
}

void Gic::end_sleep (hal::Cpu &cpu) const {
    acknowledge_wake (cpu);
    cpu.mmio_write (distributor_ + gicd_icenabler0, all);
    cpu.mmio_write (cpu_interface_ + gicc_ctlr, 0);
    cpu.mmio_write (cpu_interface_ + gicc_pmr, 0);
}

void Gic::wake (hal::Cpu &cpu, std::uint8_t mask) const {
    const auto control = cpu.mmio_read (distributor_ + gicd_ctlr);
    if ((control & enable) == 0) { cpu.mmio_write (distributor_ + gicd_ctlr, control | enable); }
    // The target reads from memory where to go: that must be visible before the interrupt is.
    cpu.dsb<hal::Dsb::sy> ();
    cpu.mmio_write (distributor_ + gicd_sgir, sgir_targets.put (mask) | sgir_intid.put (kick_intid));
}

auto Gic::enable_for_guest (hal::Cpu &cpu) const -> bool {
    constexpr std::uint32_t timer  = 1U << virtual_timer_intid;
    constexpr std::uint32_t needed = 1U << kick_intid | 1U << maintenance_intid | 1U << el2_timer_intid | timer;
    const auto enabled             = cpu.mmio_read (distributor_ + gicd_isenabler0);
    if ((enabled & needed) != needed) { cpu.mmio_write (distributor_ + gicd_isenabler0, needed); }
    return (enabled & timer) == 0;
}

auto Gic::first_pending (hal::Cpu &cpu) const -> std::uint32_t {
    return iar_intid.get (cpu.mmio_read (cpu_interface_ + gicc_hppir));
}

void Gic::withdraw_kick (hal::Cpu &cpu) const {
    const Pa word = distributor_ + gicd_cpendsgir + (kick_intid & ~3U);
    cpu.mmio_write (word, ~0U << 8 * (kick_intid & 3U));
    // Once the distributor answers it has let go of the interrupt.
    static_cast<void> (cpu.mmio_read (word));
    cpu.dsb<hal::Dsb::sy> ();
}

}  // namespace ravelin

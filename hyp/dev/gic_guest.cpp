// SPDX-License-Identifier: BSD-2-Clause
// What EL2 does with the physical GIC for the guest that a CPU runs.
#include "hyp/dev/gic.hpp"

namespace ravelin {

namespace {
// Distributor: registers of this CPU's SGIs and PPIs.  [IHI 0048B, 4.3]
constexpr std::uint64_t gicd_isenabler0 = 0x100;
constexpr std::uint64_t gicd_icenabler0 = 0x180;
constexpr std::uint64_t gicd_icpendr0   = 0x280;
constexpr std::uint64_t gicd_isactiver0 = 0x300;
constexpr std::uint64_t gicd_icactiver0 = 0x380;
constexpr std::uint64_t gicd_cpendsgir  = 0xf10;  // a byte for each SGI: a bit for each sender

// CPU interface.  [4.4]
constexpr std::uint64_t gicc_hppir  = 0x018;
constexpr std::uint32_t intid_field = 0x3ff;
}  // namespace

auto Gic::enable_for_guest (hal::Cpu &cpu) const -> bool {
    constexpr std::uint32_t timer  = 1U << virtual_timer_intid;
    constexpr std::uint32_t needed = 1U << kick_intid | 1U << maintenance_intid | 1U << el2_timer_intid | timer;
    const auto enabled             = cpu.mmio_read (distributor_ + gicd_isenabler0);
    if ((enabled & needed) != needed) { cpu.mmio_write (distributor_ + gicd_isenabler0, needed); }
    return (enabled & timer) == 0;
}

void Gic::disable_virtual_timer (hal::Cpu &cpu) const {
    cpu.mmio_write (distributor_ + gicd_icenabler0, 1U << virtual_timer_intid);
}

auto Gic::first_pending (hal::Cpu &cpu) const -> std::uint32_t {
    return cpu.mmio_read (cpu_interface_ + gicc_hppir) & intid_field;
}

void Gic::withdraw_kick (hal::Cpu &cpu) const {
    const Pa word = distributor_ + gicd_cpendsgir + (kick_intid & ~3U);
    cpu.mmio_write (word, ~0U << 8 * (kick_intid & 3U));
    // Once the distributor answers it has let go of the interrupt.
    static_cast<void> (cpu.mmio_read (word));
    cpu.dsb<hal::Dsb::sy> ();
}

void Gic::set_active (hal::Cpu &cpu, std::uint32_t intid) const {
    cpu.mmio_write (distributor_ + gicd_isactiver0, 1U << intid);
}

void Gic::clear_active (hal::Cpu &cpu, std::uint32_t intid) const {
    cpu.mmio_write (distributor_ + gicd_icactiver0, 1U << intid);
}

void Gic::clear_pending (hal::Cpu &cpu, std::uint32_t intid) const {
    cpu.mmio_write (distributor_ + gicd_icpendr0, 1U << intid);
}

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "device.hpp"
#include "machine.hpp"

#include <cstdint>

namespace el1 {

/// The machine's GICv2 as the host has it: registers by their offset.  [IHI 0048B, 4.3, 4.4]
namespace gic {
inline constexpr std::uint64_t gicd_ctlr       = 0x000;  // distributor control
inline constexpr std::uint64_t gicd_typer      = 0x004;  // what it has
inline constexpr std::uint64_t gicd_iidr       = 0x008;  // who made it
inline constexpr std::uint64_t gicd_igroupr0   = 0x080;  // group of this CPU's SGIs and PPIs
inline constexpr std::uint64_t gicd_isenabler0 = 0x100;  // set-enable
inline constexpr std::uint64_t gicd_icenabler0 = 0x180;  // clear-enable
inline constexpr std::uint64_t gicd_ispendr0   = 0x200;  // set-pending
inline constexpr std::uint64_t gicd_icpendr0   = 0x280;  // clear-pending
inline constexpr std::uint64_t gicd_isactiver0 = 0x300;  // set-active
inline constexpr std::uint64_t gicd_icactiver0 = 0x380;  // clear-active
inline constexpr std::uint64_t gicd_ipriorityr = 0x400;  // priorities, a byte an interrupt
inline constexpr std::uint64_t gicd_itargetsr0 = 0x800;  // this CPU's own bit, in every byte
inline constexpr std::uint64_t gicd_icfgr0     = 0xc00;  // level or edge, two bits an interrupt
inline constexpr std::uint64_t gicd_sgir       = 0xf00;  // sends an SGI
inline constexpr std::uint64_t gicd_cpendsgir  = 0xf10;  // clear-pending of SGIs, a byte each: its senders
inline constexpr std::uint64_t gicd_spendsgir  = 0xf20;  // set-pending

inline constexpr std::uint64_t gicc_ctlr   = 0x000;   // CPU interface control
inline constexpr std::uint64_t gicc_pmr    = 0x004;   // priority mask
inline constexpr std::uint64_t gicc_bpr    = 0x008;   // how much of a priority preempts
inline constexpr std::uint64_t gicc_iar    = 0x00c;   // acknowledges
inline constexpr std::uint64_t gicc_eoir   = 0x010;   // ends
inline constexpr std::uint64_t gicc_rpr    = 0x014;   // running priority
inline constexpr std::uint64_t gicc_hppir  = 0x018;   // highest priority that is pending
inline constexpr std::uint64_t gicc_aiar   = 0x020;   // acknowledges, of group 1
inline constexpr std::uint64_t gicc_aeoir  = 0x024;   // ends, of group 1
inline constexpr std::uint64_t gicc_ahppir = 0x028;   // highest priority that is pending, of group 1
inline constexpr std::uint64_t gicc_dir    = 0x1000;  // deactivates

inline constexpr std::uint32_t enable     = 1;
inline constexpr std::uint32_t all        = 0xffff'ffff;
inline constexpr std::uint32_t lets_all   = 0xf0;  // PMR: every priority but the lowest
inline constexpr std::uint32_t idle       = 0xff;  // RPR: nothing is active
inline constexpr std::uint32_t intid_mask = 0x3ff;
inline constexpr std::uint32_t spurious   = 1023;  // INTID: nothing is there

[[nodiscard]] inline auto distributor (std::uint64_t offset) -> std::uint32_t {
    return read_device (machine ().board->gic_distributor + offset);
}

inline void set_distributor (std::uint64_t offset, std::uint32_t value) {
    write_device (machine ().board->gic_distributor + offset, value);
}

[[nodiscard]] inline auto interface (std::uint64_t offset) -> std::uint32_t {
    return read_device (machine ().board->gic_cpu_interface + offset);
}

inline void set_interface (std::uint64_t offset, std::uint32_t value) {
    write_device (machine ().board->gic_cpu_interface + offset, value);
}

/// Lets @p interrupt of this CPU, an SGI or PPI, through to it.
inline void enable_own (std::uint32_t interrupt) {
    set_distributor (gicd_ctlr, enable);
    set_distributor (gicd_isenabler0, 1U << interrupt);
    set_interface (gicc_pmr, lets_all);
    set_interface (gicc_ctlr, enable);
}

/// Sends SGI @p number to the CPUs in @p mask, bits as gicd_itargetsr0 has them.
inline void send (std::uint32_t number, std::uint32_t mask) {
    constexpr unsigned targets = 16;
    asm volatile ("dsb sy" ::: "memory");
    set_distributor (gicd_sgir, mask << targets | number);
}
}  // namespace gic

}  // namespace el1

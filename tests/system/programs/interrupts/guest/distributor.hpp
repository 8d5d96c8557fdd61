// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "gic.hpp"

#include <cstdint>

namespace interrupts {

// The distributor's registers by interrupt.  [IHI 0048B, 4.3]

inline constexpr std::uint32_t intids    = 288;  // as virt has them
inline constexpr std::uint32_t cpu_count = 4;
inline constexpr std::uint32_t first_spi = 32;
/// SPIs from here on have no device on virt.
inline constexpr std::uint32_t free_spi = 96;
inline constexpr std::uint32_t free_ppi = 20;

inline constexpr std::uint32_t usual_priority = 0xa0;
inline constexpr std::uint32_t usual_bpr      = 2;     // all five bits of a priority that there are at least
inline constexpr std::uint32_t usual_pmr      = 0xf8;  // lets all of them through but the lowest

// GICC_CTLR.  [4.4.1]
inline constexpr std::uint32_t enable_group0 = 1U << 0;  // and in GICD_CTLR
inline constexpr std::uint32_t enable_group1 = 1U << 1;  // and in GICD_CTLR
inline constexpr std::uint32_t ack_ctl       = 1U << 2;
inline constexpr std::uint32_t fiq_en        = 1U << 3;
inline constexpr std::uint32_t eoi_mode      = 1U << 9;

/// Writes interrupt @p intid's bit to the register of a bit an interrupt that begins at @p registers.
inline void set_bit (std::uint64_t registers, std::uint32_t intid) {
    el1::gic::set_distributor (registers + intid / 32 * 4, 1U << intid % 32);
}

[[nodiscard]] inline auto bit (std::uint64_t registers, std::uint32_t intid) -> bool {
    return (el1::gic::distributor (registers + intid / 32 * 4) >> intid % 32 & 1) != 0;
}

/// A byte of the distributor.
[[nodiscard]] inline auto distributor_byte (std::uint64_t offset) -> std::uint32_t {
    return el1::read_device_byte (el1::machine ().board->gic_distributor + offset);
}

inline void set_distributor_byte (std::uint64_t offset, std::uint32_t value) {
    el1::write_device_byte (el1::machine ().board->gic_distributor + offset, static_cast<std::uint8_t> (value));
}

inline void enable (std::uint32_t intid) {
    set_bit (el1::gic::gicd_isenabler0, intid);
}
inline void disable (std::uint32_t intid) {
    set_bit (el1::gic::gicd_icenabler0, intid);
}
inline void set_pending (std::uint32_t intid) {
    set_bit (el1::gic::gicd_ispendr0, intid);
}
inline void clear_pending (std::uint32_t intid) {
    set_bit (el1::gic::gicd_icpendr0, intid);
}
[[nodiscard]] inline auto is_pending (std::uint32_t intid) -> bool {
    return bit (el1::gic::gicd_ispendr0, intid);
}
inline void set_active (std::uint32_t intid) {
    set_bit (el1::gic::gicd_isactiver0, intid);
}
inline void clear_active (std::uint32_t intid) {
    set_bit (el1::gic::gicd_icactiver0, intid);
}
[[nodiscard]] inline auto is_active (std::uint32_t intid) -> bool {
    return bit (el1::gic::gicd_isactiver0, intid);
}
inline void set_priority (std::uint32_t intid, std::uint32_t priority) {
    set_distributor_byte (el1::gic::gicd_ipriorityr + intid, priority);
}
inline void set_targets (std::uint32_t intid, std::uint32_t cpus) {
    set_distributor_byte (el1::gic::gicd_itargetsr0 + intid, cpus);
}

/// Whether an SPI is edge-triggered, else it is level-sensitive.
void set_edge (std::uint32_t spi, bool is_edge);

/// Disables all interrupts, with nothing pending or active, in group 0 with usual_priority; SPIs are
/// level-sensitive and go to CPU 0. Then it lets group 0 through. Of SGIs and PPIs only this CPU's change,
/// and so do its interface and its timers, as fresh_interface() has it.
void fresh_gic ();

/// This CPU's SGIs, PPIs and interface: the same. Its timers stop.
void fresh_interface ();

/// An SPI that is enabled, with @p priority, for CPU 0.
void prepare_spi (std::uint32_t spi, std::uint32_t priority = usual_priority);

}  // namespace interrupts

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

namespace ravelin::sim {

/// Offsets of the registers of a CPU interface, GICC or GICV.  [IHI 0048B, tables 4-2 and 5-6]
namespace gic_interface_offset {
inline constexpr std::uint64_t ctlr   = 0x0000;
inline constexpr std::uint64_t pmr    = 0x0004;
inline constexpr std::uint64_t bpr    = 0x0008;
inline constexpr std::uint64_t iar    = 0x000c;
inline constexpr std::uint64_t eoir   = 0x0010;
inline constexpr std::uint64_t rpr    = 0x0014;
inline constexpr std::uint64_t hppir  = 0x0018;
inline constexpr std::uint64_t abpr   = 0x001c;
inline constexpr std::uint64_t aiar   = 0x0020;
inline constexpr std::uint64_t aeoir  = 0x0024;
inline constexpr std::uint64_t ahppir = 0x0028;
inline constexpr std::uint64_t apr0   = 0x00d0;
inline constexpr std::uint64_t iidr   = 0x00fc;
inline constexpr std::uint64_t dir    = 0x1000;
}  // namespace gic_interface_offset

/// GICC_IIDR and GICV_IIDR.  [DDI 0471B, 3.3, 3.5]
inline constexpr std::uint32_t gic400_interface_id = 0x0202'143b;

/// What a CPU interface asserts.
enum class GicOutput : std::uint8_t {
    none,
    irq,
    fiq,
};

/// By which of two sets of registers software takes an interrupt.
enum class GicRegisterSet : std::uint8_t {
    plain,    // IAR, HPPIR: group 0; with AckCtl group 1 too
    aliased,  // AIAR, AHPPIR: group 1
};

/// The registers with memory of one CPU interface, physical (GICC) or virtual (GICV), as one without the security
/// extension has them, and what follows from them alone.  [IHI 0048B, 4.4, 5.5]
struct GicCpuState {
    static constexpr std::uint8_t priority_bits  = 0xf8;     // the five that a GIC-400 implements
    static constexpr std::uint8_t idle_priority  = 0xff;     // RPR while nothing is being handled
    static constexpr std::uint8_t lowest_point   = 2;        // of BPR, with five bits of priority
    static constexpr std::uint8_t lowest_aliased = 3;        // of ABPR
    static constexpr std::uint32_t enable_group0 = 1U << 0;  // CTLR, and GICD_CTLR
    static constexpr std::uint32_t enable_group1 = 1U << 1;
    static constexpr std::uint32_t ack_control   = 1U << 2;  // CTLR.AckCtl: IAR may return group 1
    static constexpr std::uint32_t fiq_enable    = 1U << 3;  // CTLR.FIQEn: group 0 is signalled by FIQ
    static constexpr std::uint32_t common_point  = 1U << 4;  // CTLR.CBPR: BPR is for both groups
    static constexpr std::uint32_t eoi_mode      = 1U << 9;  // CTLR.EOImode: EOIR only drops the priority
    static constexpr std::uint32_t control_bits =
        enable_group0 | enable_group1 | ack_control | fiq_enable | common_point | eoi_mode;

    static constexpr std::uint32_t spurious    = 1023;  // IAR: nothing to take
    static constexpr std::uint32_t other_group = 1022;  // IAR: something of group 1, which it doesn't give away
    static constexpr std::uint32_t intid_mask  = 0x3ff;
    static constexpr unsigned source_shift     = 10;  // IAR.CPUID

    std::uint32_t control{};                     // CTLR
    std::uint8_t priority_mask{};                // PMR
    std::uint8_t binary_point{lowest_point};     // BPR
    std::uint8_t aliased_point{lowest_aliased};  // ABPR
    std::uint32_t active_levels{};               // APR0: a bit for each of 32 priorities that is being handled

    /// The bit that enables @p group, 0 or 1, here and in GICD_CTLR.
    [[nodiscard]] static constexpr auto enable_of (std::uint8_t group) -> std::uint32_t {
        return group == 0 ? enable_group0 : enable_group1;
    }
    [[nodiscard]] auto enables (std::uint8_t group) const -> bool { return (control & enable_of (group)) != 0; }
    [[nodiscard]] auto splits_end () const -> bool { return (control & eoi_mode) != 0; }

    /// RPR: the priority that is being handled.
    [[nodiscard]] auto running_priority () const -> std::uint8_t {
        return active_levels == 0 ? idle_priority : static_cast<std::uint8_t> (std::countr_zero (active_levels) << 3);
    }

    /// The part of @p priority that decides whether an interrupt of @p group may interrupt another.  [3.3.3]
    [[nodiscard]] auto group_priority (std::uint8_t priority, std::uint8_t group) const -> std::uint8_t {
        // Group 1 has a binary point of its own, which counts from one bit further right.
        const bool own         = group != 0 && (control & common_point) == 0;
        const unsigned dropped = own ? aliased_point : binary_point + 1U;
        return static_cast<std::uint8_t> (priority & 0xffU << dropped & priority_bits);
    }

    /// What is asserted for the pending interrupt that goes first.
    [[nodiscard]] auto output_for (std::uint8_t priority, std::uint8_t group) const -> GicOutput {
        if (group_priority (priority, group) >= running_priority ()) { return GicOutput::none; }
        return group == 0 && (control & fiq_enable) != 0 ? GicOutput::fiq : GicOutput::irq;
    }

    /// What registers of @p set return instead of an interrupt of @p group; nothing if they return it.  [4.4.4,
    /// 4.4.11]
    [[nodiscard]] auto instead_of (std::uint8_t group, GicRegisterSet set) const -> std::optional<std::uint32_t> {
        if (set == GicRegisterSet::aliased) { return group == 0 ? std::optional{spurious} : std::nullopt; }
        return group == 0 || (control & ack_control) != 0 ? std::nullopt : std::optional{other_group};
    }

    /// An interrupt is taken.
    void raise (std::uint8_t priority, std::uint8_t group) {
        active_levels |= 1U << (group_priority (priority, group) >> 3);
    }

    /// The highest of the priorities that are being handled no longer is; false if there's none.
    auto drop () -> bool {
        const bool any = active_levels != 0;
        active_levels &= active_levels - 1;
        return any;
    }
};

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace ravelin::sim {

/// How software sees a GIC-400.
enum class GicSecurity : std::uint8_t {
    absent,      // built without the security extension, as QEMU's raspi4b and virt are: both groups are
                 // software's
    non_secure,  // seen from the non-secure side, as on a Pi 4B whose firmware put all interrupts in group 1
};

/// What a CPU interface asserts.
enum class GicOutput : std::uint8_t {
    none,
    irq,
    fiq,
};

/// One interrupt: an SGI or PPI of one CPU, or an SPI.  [IHI 0048B, 3.2]
struct GicInterrupt {
    bool enabled{};
    bool latched{};  // pending by an edge or a write
    bool line{};     // the wire's level
    bool edge{};     // edge-triggered
    bool active{};
    std::uint8_t group{};        // 0 or 1
    std::uint8_t priority{};     // as secure software sees it
    std::uint8_t targets{};      // SPI: a bit a CPU
    std::uint8_t sgi_sources{};  // SGI: a bit for each CPU that sent it

    /// A level-sensitive interrupt is pending for as long as its wire says so.
    [[nodiscard]] auto pending () const -> bool { return latched || sgi_sources != 0 || (line && !edge); }
};

/// The registers of one CPU interface that have memory.  [IHI 0048B, 4.4]
struct GicCpuState {
    std::uint32_t control{};        // GICC_CTLR, as a GIC without the security extension has it
    std::uint8_t priority_mask{};   // GICC_PMR
    std::uint8_t binary_point{};    // GICC_BPR
    std::uint8_t aliased_point{};   // GICC_ABPR
    std::uint32_t active_levels{};  // GICC_APR0: a bit for each of 32 priorities that is being handled
};

/// What all registers of the controller are views of.
class GicState {
  public:
    static constexpr std::uint32_t sgis          = 16;       // INTIDs below are software-generated
    static constexpr std::uint32_t privates      = 32;       // INTIDs below exist once per CPU
    static constexpr std::uint8_t priority_bits  = 0xf8;     // the five that a GIC-400 implements
    static constexpr std::uint8_t idle_priority  = 0xff;     // GICC_RPR while nothing is being handled
    static constexpr std::uint32_t enable_group0 = 1U << 0;  // GICD_CTLR, GICC_CTLR
    static constexpr std::uint32_t enable_group1 = 1U << 1;
    static constexpr std::uint32_t ack_control   = 1U << 2;  // GICC_CTLR.AckCtl: IAR may return group 1
    static constexpr std::uint32_t fiq_enable    = 1U << 3;  // GICC_CTLR.FIQEn: group 0 is signalled by FIQ
    static constexpr std::uint32_t eoi_mode      = 1U << 9;  // GICC_CTLR.EOImode: EOIR only drops the priority

    GicState (std::uint32_t cpus, std::uint32_t intids, GicSecurity security);

    [[nodiscard]] auto cpus () const -> std::uint32_t { return static_cast<std::uint32_t> (cpu_.size ()); }
    [[nodiscard]] auto intids () const -> std::uint32_t { return intids_; }
    [[nodiscard]] auto security () const -> GicSecurity { return security_; }

    /// Interrupt @p intid as @p cpu sees it; nothing if there is none.
    [[nodiscard]] auto interrupt (CpuIndex cpu, std::uint32_t intid) -> GicInterrupt *;
    [[nodiscard]] auto cpu (CpuIndex cpu) -> GicCpuState & { return cpu_[cpu.value ()]; }

    /// GICD_CTLR, as a GIC without the security extension has it.
    [[nodiscard]] auto control () -> std::uint32_t & { return control_; }

    void set_line (CpuIndex cpu, std::uint32_t intid, bool level);

    /// The interrupt that @p cpu would take first, if its mask and what it's handling allow any.
    [[nodiscard]] auto highest_pending (CpuIndex cpu) -> std::optional<std::uint32_t>;

    /// What @p cpu's interface asserts.
    [[nodiscard]] auto output (CpuIndex cpu) -> GicOutput;

    /// GICC_RPR: the priority that @p cpu is handling.
    [[nodiscard]] auto running_priority (CpuIndex cpu) const -> std::uint8_t;

    /// The part of @p interrupt's priority that decides whether it may interrupt another.  [3.3.3]
    [[nodiscard]] auto group_priority (CpuIndex cpu, const GicInterrupt &interrupt) const -> std::uint8_t;

    /// Something has been written that outputs depend on.
    void changed () { fresh_.fill (false); }

  private:
    [[nodiscard]] auto find_output (CpuIndex cpu) -> GicOutput;
    [[nodiscard]] auto is_candidate (CpuIndex cpu, std::uint32_t intid) -> bool;

    std::uint32_t intids_;
    GicSecurity security_;
    std::uint32_t control_{};
    std::vector<GicCpuState> cpu_;
    std::vector<GicInterrupt> private_;  // 32 for each CPU
    std::vector<GicInterrupt> shared_;
    std::array<GicOutput, max_cpus> output_{};  // valid where fresh
    std::array<bool, max_cpus> fresh_{};
};

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bit_field.hpp"
#include "hyp/hal/hal.hpp"

namespace ravelin {

/// GICH_HCR: what asks for maintenance.  [IHI 0048B, 5.3.1]
namespace gich_hcr {
inline constexpr Bits32 enable{0, 0};           // En
inline constexpr Bits32 unlisted_end{2, 2};     // LRENPIE: EOICount isn't 0
inline constexpr Bits32 none_pending{3, 3};     // NPIE: no list register holds a pending interrupt
inline constexpr Bits32 unlisted_ends{31, 27};  // EOICount: ends of interrupts that are in no list register
}  // namespace gich_hcr

/// GICH_VMCR: what the guest has in its CPU interface.  [5.3.3]
namespace gich_vmcr {
inline constexpr Bits32 control{9, 0};          // as GICC_CTLR
inline constexpr Bits32 aliased_point{20, 18};  // VMABP, GICC_ABPR
inline constexpr Bits32 binary_point{23, 21};   // VMBP, GICC_BPR
inline constexpr Bits32 priority_mask{31, 27};  // VMPriMask, GICC_PMR 7:3
}  // namespace gich_vmcr

/// The virtual interface of the GIC to the CPU that uses this: GICH.  [IHI 0048B, 5.3]
class VirtualInterface {
  public:
    constexpr VirtualInterface () = default;
    explicit constexpr VirtualInterface (Pa base) : base_{base} {}

    [[nodiscard]] auto control (hal::Cpu &cpu) const -> std::uint32_t { return cpu.mmio_read (base_ + hcr); }
    void set_control (hal::Cpu &cpu, std::uint32_t value) const { cpu.mmio_write (base_ + hcr, value); }

    [[nodiscard]] auto list (hal::Cpu &cpu, unsigned i) const -> std::uint32_t { return cpu.mmio_read (list_at (i)); }
    void set_list (hal::Cpu &cpu, unsigned i, std::uint32_t value) const { cpu.mmio_write (list_at (i), value); }

    /// What the guest's CPU interface keeps beside list registers.
    struct State {
        std::uint32_t machine_control;    // GICH_VMCR
        std::uint32_t active_priorities;  // GICH_APR
    };
    [[nodiscard]] auto state (hal::Cpu &cpu) const -> State {
        return {cpu.mmio_read (base_ + vmcr), cpu.mmio_read (base_ + apr)};
    }
    void set_state (hal::Cpu &cpu, const State &state) const {
        cpu.mmio_write (base_ + vmcr, state.machine_control);
        cpu.mmio_write (base_ + apr, state.active_priorities);
    }

  private:
    static constexpr std::uint64_t hcr  = 0x000;
    static constexpr std::uint64_t vmcr = 0x008;
    static constexpr std::uint64_t apr  = 0x0f0;
    static constexpr std::uint64_t lr0  = 0x100;

    [[nodiscard]] auto list_at (unsigned i) const -> Pa { return base_ + lr0 + i * sizeof (std::uint32_t); }

    Pa base_;
};

}  // namespace ravelin

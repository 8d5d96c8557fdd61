// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bit_field.hpp"
#include "hyp/hal/hal.hpp"

namespace ravelin {

/// Stage 1 of EL1 held still while EL2 changes what is below it: its walks are off, and the MMU is on, so
/// that nothing that is speculated reaches stage 2. Erratum 1319367: a walk that began under another
/// VTTBR_EL2 would be kept in the TLB under the new VMID.  [Cortex-A72 errata notice; what Linux does]
/// @param tcr  TCR_EL1 as it is
inline void hold_stage1 (hal::Cpu &cpu, std::uint64_t tcr) {
    constexpr std::uint64_t walks_off = 1UL << 7 | 1UL << 23;  // TCR_EL1.EPD0, EPD1
    constexpr std::uint64_t mmu_on    = 0x30d0'0801;           // SCTLR_EL1: RES1 bits and M

    cpu.write<hal::sysreg::tcr_el1> (tcr | walks_off);
    cpu.isb ();
    cpu.write<hal::sysreg::sctlr_el1> (mmu_on);
    cpu.isb ();
}

/// What turns stage 1 of EL1 on.
struct Stage1Control {
    std::uint64_t sctlr;
    std::uint64_t tcr;

    [[gnu::always_inline]] void save (hal::Cpu &cpu) {
        sctlr = cpu.read<hal::sysreg::sctlr_el1> ();
        tcr   = cpu.read<hal::sysreg::tcr_el1> ();
    }

    /// Ends hold_stage1(). Erratum 1319367: what walks use is there before the MMU is as its owner has it, and that
    /// before walks may begin.
    [[gnu::always_inline]] void restore (hal::Cpu &cpu) const {
        cpu.isb ();
        cpu.write<hal::sysreg::sctlr_el1> (sctlr);
        cpu.isb ();
        cpu.write<hal::sysreg::tcr_el1> (tcr);
    }
};

/// While it lives, TLBI instructions are for the VMID in a given VTTBR_EL2. Costs nothing where that is
/// current.
class VmidScope {
  public:
    VmidScope (hal::Cpu &cpu, std::uint64_t vttbr)
        : cpu_{cpu}, vttbr_{cpu.read<hal::sysreg::vttbr_el2> ()}, other_{vttbr != vttbr_} {
        if (other_) {
            stage1_.save (cpu);
            hold_stage1 (cpu, stage1_.tcr);
            cpu.write<hal::sysreg::vttbr_el2> (vttbr);
            cpu.isb ();
        }
    }
    VmidScope (const VmidScope &)                     = delete;
    auto operator= (const VmidScope &) -> VmidScope & = delete;
    ~VmidScope () {
        if (other_) {
            cpu_.write<hal::sysreg::vttbr_el2> (vttbr_);
            stage1_.restore (cpu_);
            cpu_.isb ();
        }
    }

  private:
    hal::Cpu &cpu_;
    std::uint64_t vttbr_;
    bool other_;
    Stage1Control stage1_{};
};

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/system_register.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ravelin::sim::replay {

/// A system register whose value a record has.
struct RecordedRegister {
    hal::SystemRegister which;
    std::string_view qemu;  // as QEMU calls it
};

/// Those of the seam that have a value between traps, but for the ones that never change.
inline constexpr std::array recorded_registers{
    RecordedRegister{hal::sysreg::sctlr_el1, "SCTLR"},
    RecordedRegister{hal::sysreg::cpacr_el1, "CPACR"},
    RecordedRegister{hal::sysreg::csselr_el1, "CSSELR"},
    RecordedRegister{hal::sysreg::ttbr0_el1, "TTBR0_EL1"},
    RecordedRegister{hal::sysreg::ttbr1_el1, "TTBR1_EL1"},
    RecordedRegister{hal::sysreg::tcr_el1, "TCR_EL1"},
    RecordedRegister{hal::sysreg::spsr_el1, "SPSR_EL1"},
    RecordedRegister{hal::sysreg::elr_el1, "ELR_EL1"},
    RecordedRegister{hal::sysreg::sp_el0, "SP_EL0"},
    RecordedRegister{hal::sysreg::sp_el1, "SP_EL1"},
    RecordedRegister{hal::sysreg::afsr0_el1, "AFSR0_EL1"},
    RecordedRegister{hal::sysreg::afsr1_el1, "AFSR1_EL1"},
    RecordedRegister{hal::sysreg::esr_el1, "ESR_EL1"},
    RecordedRegister{hal::sysreg::far_el1, "FAR_EL1"},
    RecordedRegister{hal::sysreg::par_el1, "PAR_EL1"},
    RecordedRegister{hal::sysreg::mair_el1, "MAIR_EL1"},
    RecordedRegister{hal::sysreg::amair_el1, "AMAIR0"},
    RecordedRegister{hal::sysreg::vbar_el1, "VBAR"},
    RecordedRegister{hal::sysreg::contextidr_el1, "CONTEXTIDR_EL1"},
    RecordedRegister{hal::sysreg::tpidr_el1, "TPIDR_EL1"},
    RecordedRegister{hal::sysreg::tpidr_el0, "TPIDR_EL0"},
    RecordedRegister{hal::sysreg::tpidrro_el0, "TPIDRRO_EL0"},
    RecordedRegister{hal::sysreg::cntkctl_el1, "CNTKCTL"},
    RecordedRegister{hal::sysreg::mdscr_el1, "MDSCR_EL1"},
    RecordedRegister{hal::sysreg::fpcr, "FPCR"},
    RecordedRegister{hal::sysreg::fpsr, "FPSR"},
    RecordedRegister{hal::sysreg::pmcr_el0, "PMCR_EL0"},
    RecordedRegister{hal::sysreg::cntfrq_el0, "CNTFRQ_EL0"},
    RecordedRegister{hal::sysreg::cntv_ctl_el0, "CNTV_CTL_EL0"},
    RecordedRegister{hal::sysreg::cntv_cval_el0, "CNTV_CVAL_EL0"},
    RecordedRegister{hal::sysreg::vpidr_el2, "VPIDR_EL2"},
    RecordedRegister{hal::sysreg::vmpidr_el2, "VMPIDR_EL2"},
    RecordedRegister{hal::sysreg::actlr_el2, "ACTLR_EL2"},
    RecordedRegister{hal::sysreg::hcr_el2, "HCR_EL2"},
    RecordedRegister{hal::sysreg::mdcr_el2, "MDCR_EL2"},
    RecordedRegister{hal::sysreg::cptr_el2, "CPTR_EL2"},
    RecordedRegister{hal::sysreg::hstr_el2, "HSTR_EL2"},
    RecordedRegister{hal::sysreg::vttbr_el2, "VTTBR_EL2"},
    RecordedRegister{hal::sysreg::vtcr_el2, "VTCR_EL2"},
    RecordedRegister{hal::sysreg::spsr_el2, "SPSR_EL2"},
    RecordedRegister{hal::sysreg::elr_el2, "ELR_EL2"},
    RecordedRegister{hal::sysreg::esr_el2, "ESR_EL2"},
    RecordedRegister{hal::sysreg::far_el2, "FAR_EL2"},
    RecordedRegister{hal::sysreg::hpfar_el2, "HPFAR_EL2"},
    RecordedRegister{hal::sysreg::cnthctl_el2, "CNTHCTL_EL2"},
    RecordedRegister{hal::sysreg::cntvoff_el2, "CNTVOFF_EL2"},
    RecordedRegister{hal::sysreg::cnthp_ctl_el2, "CNTHP_CTL_EL2"},
    RecordedRegister{hal::sysreg::cnthp_cval_el2, "CNTHP_CVAL_EL2"},
};

/// Registers are numbered: X0-X30, then recorded_registers.
inline constexpr std::size_t x_registers   = 31;
inline constexpr std::size_t all_registers = x_registers + recorded_registers.size ();

/// The number of @p which, one of recorded_registers.
[[nodiscard]] consteval auto number_of (hal::SystemRegister which) -> std::size_t {
    std::size_t number = 0;
    while (recorded_registers.at (number).which != which) {
        ++number;
    }
    return x_registers + number;
}

/// How MRS and MSR encode @p which, as a number.  [ARM DDI 0487, C6.2.228]
[[nodiscard]] constexpr auto encoding_of (hal::SystemRegister which) -> std::uint32_t {
    return static_cast<std::uint32_t> (which.op0 << 14U | which.op1 << 11U | which.crn << 7U | which.crm << 3U |
                                       which.op2);
}

}  // namespace ravelin::sim::replay

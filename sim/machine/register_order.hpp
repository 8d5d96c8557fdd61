// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/system_register.hpp"

#include <array>
#include <cstddef>

namespace ravelin::hal {

namespace sysreg {
/// All registers of the seam, each once, in the order in which the simulator keeps them.
inline constexpr std::array all{
    midr_el1,    mpidr_el1,    id_aa64mmfr0_el1, sctlr_el1,     cpacr_el1,     csselr_el1,     ttbr0_el1, ttbr1_el1,
    tcr_el1,     spsr_el1,     elr_el1,          sp_el0,        sp_el1,        afsr0_el1,      afsr1_el1, esr_el1,
    far_el1,     par_el1,      mair_el1,         amair_el1,     vbar_el1,      contextidr_el1, tpidr_el1, tpidr_el0,
    tpidrro_el0, cntkctl_el1,  mdscr_el1,        oslar_el1,     fpcr,          fpsr,           pmcr_el0,  cntfrq_el0,
    cntpct_el0,  cntv_ctl_el0, cntv_cval_el0,    vpidr_el2,     vmpidr_el2,    actlr_el2,      hcr_el2,   mdcr_el2,
    cptr_el2,    hstr_el2,     vttbr_el2,        vtcr_el2,      spsr_el2,      elr_el2,        esr_el2,   far_el2,
    hpfar_el2,   cnthctl_el2,  cntvoff_el2,      cnthp_ctl_el2, cnthp_cval_el2};
}  // namespace sysreg

/// Position of @p which in sysreg::all.
consteval auto index_of (SystemRegister which) -> std::size_t {
    std::size_t index = 0;
    while (sysreg::all.at (index) != which) {
        ++index;
    }
    return index;
}

}  // namespace ravelin::hal

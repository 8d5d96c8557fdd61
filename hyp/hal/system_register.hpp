// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ravelin::hal
{

/// A system register, named by what MRS and MSR encode.  [ARM DDI 0487, D17]
struct SystemRegister
{
    std::uint8_t op0;
    std::uint8_t op1;
    std::uint8_t crn;
    std::uint8_t crm;
    std::uint8_t op2;

    friend constexpr auto operator== (SystemRegister, SystemRegister) -> bool = default;
};

/// The registers that the portable code touches; a HAL has each of them.
namespace sysreg
{
inline constexpr SystemRegister midr_el1{3, 0, 0, 0, 0};          // RO: main ID
inline constexpr SystemRegister mpidr_el1{3, 0, 0, 0, 5};         // RO: multiprocessor affinity
inline constexpr SystemRegister id_aa64mmfr0_el1{3, 0, 0, 7, 0};  // RO: memory model features
inline constexpr SystemRegister sctlr_el1{3, 0, 1, 0, 0};         // RW: system control of EL1
inline constexpr SystemRegister vbar_el1{3, 0, 12, 0, 0};         // RW: vector base of EL1
inline constexpr SystemRegister esr_el1{3, 0, 5, 2, 0};           // RW: syndrome of an exception to EL1
inline constexpr SystemRegister far_el1{3, 0, 6, 0, 0};           // RW: fault address of an exception to EL1
inline constexpr SystemRegister spsr_el1{3, 0, 4, 0, 0};          // RW: saved PSTATE of an exception to EL1
inline constexpr SystemRegister elr_el1{3, 0, 4, 0, 1};           // RW: return address of an exception to EL1
inline constexpr SystemRegister pmcr_el0{3, 3, 9, 12, 0};         // RW: performance monitors control
inline constexpr SystemRegister cntfrq_el0{3, 3, 14, 0, 0};       // RO: counter frequency, Hz
inline constexpr SystemRegister cntpct_el0{3, 3, 14, 0, 1};       // RO: physical count
inline constexpr SystemRegister vpidr_el2{3, 4, 0, 0, 0};         // RW: MIDR_EL1 as EL1 reads it
inline constexpr SystemRegister vmpidr_el2{3, 4, 0, 0, 5};        // RW: MPIDR_EL1 as EL1 reads it
inline constexpr SystemRegister actlr_el2{3, 4, 1, 0, 1};         // RW: auxiliary control
inline constexpr SystemRegister hcr_el2{3, 4, 1, 1, 0};           // RW: hypervisor configuration
inline constexpr SystemRegister mdcr_el2{3, 4, 1, 1, 1};          // RW: monitor debug configuration
inline constexpr SystemRegister cptr_el2{3, 4, 1, 1, 2};          // RW: architectural feature trap
inline constexpr SystemRegister hstr_el2{3, 4, 1, 1, 3};          // RW: hypervisor system trap
inline constexpr SystemRegister vttbr_el2{3, 4, 2, 1, 0};         // RW: stage 2 translation table base, VMID
inline constexpr SystemRegister vtcr_el2{3, 4, 2, 1, 2};          // RW: stage 2 translation control
inline constexpr SystemRegister spsr_el2{3, 4, 4, 0, 0};          // RW: saved PSTATE of a trap
inline constexpr SystemRegister elr_el2{3, 4, 4, 0, 1};           // RW: return address of a trap
inline constexpr SystemRegister esr_el2{3, 4, 5, 2, 0};           // RW: syndrome of a trap
inline constexpr SystemRegister far_el2{3, 4, 6, 0, 0};           // RW: fault address of a trap
inline constexpr SystemRegister hpfar_el2{3, 4, 6, 0, 4};         // RW: IPA of a stage 2 fault
inline constexpr SystemRegister cnthctl_el2{3, 4, 14, 1, 0};      // RW: counter-timer hypervisor control
inline constexpr SystemRegister cntvoff_el2{3, 4, 14, 0, 3};      // RW: virtual counter offset
inline constexpr SystemRegister cnthp_ctl_el2{3, 4, 14, 2, 1};    // RW: EL2 physical timer control

/// All of them, each once.
inline constexpr std::array all{
    midr_el1, mpidr_el1, id_aa64mmfr0_el1, sctlr_el1,   vbar_el1,     esr_el1,    far_el1,   spsr_el1,
    elr_el1,  pmcr_el0,  cntfrq_el0,       cntpct_el0,  vpidr_el2,    vmpidr_el2, actlr_el2, hcr_el2,
    mdcr_el2, cptr_el2,  hstr_el2,         vttbr_el2,   vtcr_el2,     spsr_el2,   elr_el2,   esr_el2,
    far_el2,  hpfar_el2, cnthctl_el2,      cntvoff_el2, cnthp_ctl_el2};
}  // namespace sysreg

/// Position of @p which in sysreg::all, for HALs that keep registers in an array.
consteval auto index_of (SystemRegister which) -> std::size_t
{
    std::size_t index = 0;
    while (sysreg::all.at (index) != which)
    {
        ++index;
    }
    return index;
}

}  // namespace ravelin::hal

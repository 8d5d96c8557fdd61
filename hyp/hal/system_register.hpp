// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace ravelin::hal {

/// A system register, named by what MRS and MSR encode.  [ARM DDI 0487, D17]
struct SystemRegister {
    std::uint8_t op0;
    std::uint8_t op1;
    std::uint8_t crn;
    std::uint8_t crm;
    std::uint8_t op2;

    friend constexpr auto operator== (SystemRegister, SystemRegister) -> bool = default;
};

/// The registers that the portable code touches; a HAL has each of them.
namespace sysreg {
inline constexpr SystemRegister midr_el1{3, 0, 0, 0, 0};          // RO: main ID
inline constexpr SystemRegister mpidr_el1{3, 0, 0, 0, 5};         // RO: multiprocessor affinity
inline constexpr SystemRegister id_aa64mmfr0_el1{3, 0, 0, 7, 0};  // RO: memory model features
inline constexpr SystemRegister sctlr_el1{3, 0, 1, 0, 0};         // RW: system control of EL1
inline constexpr SystemRegister cpacr_el1{3, 0, 1, 0, 2};         // RW: architectural feature access control
inline constexpr SystemRegister csselr_el1{3, 2, 0, 0, 0};        // RW: cache size selection
inline constexpr SystemRegister ttbr0_el1{3, 0, 2, 0, 0};         // RW: stage 1 table base, lower half
inline constexpr SystemRegister ttbr1_el1{3, 0, 2, 0, 1};         // RW: stage 1 table base, upper half
inline constexpr SystemRegister tcr_el1{3, 0, 2, 0, 2};           // RW: stage 1 translation control
inline constexpr SystemRegister spsr_el1{3, 0, 4, 0, 0};          // RW: saved PSTATE of an exception to EL1
inline constexpr SystemRegister elr_el1{3, 0, 4, 0, 1};           // RW: return address of an exception to EL1
inline constexpr SystemRegister sp_el0{3, 0, 4, 1, 0};            // RW: stack pointer of EL0
inline constexpr SystemRegister sp_el1{3, 4, 4, 1, 0};            // RW: stack pointer of EL1
inline constexpr SystemRegister afsr0_el1{3, 0, 5, 1, 0};         // RW: auxiliary fault status 0
inline constexpr SystemRegister afsr1_el1{3, 0, 5, 1, 1};         // RW: auxiliary fault status 1
inline constexpr SystemRegister esr_el1{3, 0, 5, 2, 0};           // RW: syndrome of an exception to EL1
inline constexpr SystemRegister far_el1{3, 0, 6, 0, 0};           // RW: fault address of an exception to EL1
inline constexpr SystemRegister par_el1{3, 0, 7, 4, 0};           // RW: result of an address translation
inline constexpr SystemRegister mair_el1{3, 0, 10, 2, 0};         // RW: memory attributes
inline constexpr SystemRegister amair_el1{3, 0, 10, 3, 0};        // RW: auxiliary memory attributes
inline constexpr SystemRegister vbar_el1{3, 0, 12, 0, 0};         // RW: vector base of EL1
inline constexpr SystemRegister contextidr_el1{3, 0, 13, 0, 1};   // RW: context ID
inline constexpr SystemRegister tpidr_el1{3, 0, 13, 0, 4};        // RW: thread ID of EL1
inline constexpr SystemRegister tpidr_el0{3, 3, 13, 0, 2};        // RW: thread ID of EL0
inline constexpr SystemRegister tpidrro_el0{3, 3, 13, 0, 3};      // RW: thread ID that EL0 can only read
inline constexpr SystemRegister cntkctl_el1{3, 0, 14, 1, 0};      // RW: what EL0 sees of counter and timers
inline constexpr SystemRegister mdscr_el1{2, 0, 0, 2, 2};         // RW: debug system control
inline constexpr SystemRegister oslar_el1{2, 0, 1, 0, 4};         // WO: OS lock access
inline constexpr SystemRegister fpcr{3, 3, 4, 4, 0};              // RW: floating-point control
inline constexpr SystemRegister fpsr{3, 3, 4, 4, 1};              // RW: floating-point status
inline constexpr SystemRegister pmcr_el0{3, 3, 9, 12, 0};         // RW: performance monitors control
inline constexpr SystemRegister cntfrq_el0{3, 3, 14, 0, 0};       // RO: counter frequency, Hz
inline constexpr SystemRegister cntpct_el0{3, 3, 14, 0, 1};       // RO: physical count
inline constexpr SystemRegister cntv_ctl_el0{3, 3, 14, 3, 1};     // RW: virtual timer control
inline constexpr SystemRegister cntv_cval_el0{3, 3, 14, 3, 2};    // RW: virtual timer compare value
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
inline constexpr SystemRegister cnthp_cval_el2{3, 4, 14, 2, 2};   // RW: EL2 physical timer compare value
}  // namespace sysreg

}  // namespace ravelin::hal

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/system_register.hpp"

#include <cstdint>

namespace el1 {

using ravelin::hal::SystemRegister;

/// MRS.
template <SystemRegister R>
[[nodiscard]] auto read () -> std::uint64_t {
    std::uint64_t value = 0;
    asm volatile ("mrs %0, S%c1_%c2_C%c3_C%c4_%c5"
                  : "=r"(value)
                  : "i"(R.op0), "i"(R.op1), "i"(R.crn), "i"(R.crm), "i"(R.op2)
                  : "memory");
    return value;
}

/// MSR, and what follows sees it.
template <SystemRegister R>
void write (std::uint64_t value) {
    asm volatile ("msr S%c1_%c2_C%c3_C%c4_%c5, %0\n\tisb"
                  :
                  : "r"(value), "i"(R.op0), "i"(R.op1), "i"(R.crn), "i"(R.crm), "i"(R.op2)
                  : "memory");
}

/// Registers that programs use.  [ARM DDI 0487, D17]
namespace sysreg {
inline constexpr SystemRegister mpidr_el1{3, 0, 0, 0, 5};       // RO: multiprocessor affinity
inline constexpr SystemRegister sctlr_el1{3, 0, 1, 0, 0};       // RW: system control
inline constexpr SystemRegister ttbr0_el1{3, 0, 2, 0, 0};       // RW: stage 1 translation table of low addresses
inline constexpr SystemRegister ttbr1_el1{3, 0, 2, 0, 1};       // RW: stage 1 translation table of high addresses
inline constexpr SystemRegister vbar_el1{3, 0, 12, 0, 0};       // RW: vector base
inline constexpr SystemRegister tpidr_el1{3, 0, 13, 0, 4};      // RW: the runtime's, this CPU
inline constexpr SystemRegister isr_el1{3, 0, 12, 1, 0};        // RO: pending interrupts
inline constexpr SystemRegister cntfrq_el0{3, 3, 14, 0, 0};     // RO: counter frequency, Hz
inline constexpr SystemRegister cntpct_el0{3, 3, 14, 0, 1};     // RO: physical count
inline constexpr SystemRegister cntvct_el0{3, 3, 14, 0, 2};     // RO: virtual count
inline constexpr SystemRegister cntp_tval_el0{3, 3, 14, 2, 0};  // RW: physical timer, ticks to go
inline constexpr SystemRegister cntp_ctl_el0{3, 3, 14, 2, 1};   // RW: physical timer control
inline constexpr SystemRegister cntp_cval_el0{3, 3, 14, 2, 2};  // RW: physical timer compare value
inline constexpr SystemRegister cntv_tval_el0{3, 3, 14, 3, 0};  // RW: virtual timer, ticks to go
inline constexpr SystemRegister cntv_ctl_el0{3, 3, 14, 3, 1};   // RW: virtual timer control
inline constexpr SystemRegister cntv_cval_el0{3, 3, 14, 3, 2};  // RW: virtual timer compare value
}  // namespace sysreg

}  // namespace el1

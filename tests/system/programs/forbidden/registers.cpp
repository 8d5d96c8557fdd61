// SPDX-License-Identifier: BSD-2-Clause
#include "call.hpp"
#include "forbidden.hpp"
#include "hyp/abi/host_calls.h"
#include "machine.hpp"
#include "probe.hpp"
#include "system_register.hpp"
#include "trap_counts.hpp"

#include <array>

using namespace el1;

namespace forbidden {

namespace {
constexpr std::array higher_registers{
    SystemRegister{3, 4, 1, 0, 0},   // SCTLR_EL2
    SystemRegister{3, 4, 1, 1, 0},   // HCR_EL2
    SystemRegister{3, 4, 1, 1, 1},   // MDCR_EL2
    SystemRegister{3, 4, 2, 0, 0},   // TTBR0_EL2
    SystemRegister{3, 4, 2, 1, 0},   // VTTBR_EL2
    SystemRegister{3, 4, 2, 1, 2},   // VTCR_EL2
    SystemRegister{3, 4, 4, 0, 0},   // SPSR_EL2
    SystemRegister{3, 4, 4, 0, 1},   // ELR_EL2
    SystemRegister{3, 4, 4, 1, 0},   // SP_EL1
    SystemRegister{3, 4, 6, 0, 4},   // HPFAR_EL2
    SystemRegister{3, 4, 12, 0, 0},  // VBAR_EL2
    SystemRegister{3, 4, 13, 0, 2},  // TPIDR_EL2
    SystemRegister{3, 4, 14, 0, 3},  // CNTVOFF_EL2
    SystemRegister{3, 4, 14, 2, 1},  // CNTHP_CTL_EL2
    SystemRegister{3, 6, 1, 0, 0},   // SCTLR_EL3
    SystemRegister{3, 6, 1, 1, 0},   // SCR_EL3
    SystemRegister{3, 6, 12, 0, 0},  // VBAR_EL3
};

/// Registers that the host has for itself: Ravelin keeps no trap on them.
constexpr std::array own_registers{
    SystemRegister{3, 0, 1, 0, 1},    // ACTLR_EL1
    SystemRegister{2, 0, 0, 2, 2},    // MDSCR_EL1
    SystemRegister{2, 0, 0, 0, 4},    // DBGBVR0_EL1
    SystemRegister{2, 0, 0, 0, 5},    // DBGBCR0_EL1
    SystemRegister{2, 0, 0, 0, 6},    // DBGWVR0_EL1
    SystemRegister{2, 0, 0, 0, 7},    // DBGWCR0_EL1
    SystemRegister{2, 0, 1, 0, 0},    // MDRAR_EL1
    SystemRegister{3, 3, 9, 12, 0},   // PMCR_EL0
    SystemRegister{3, 3, 9, 12, 1},   // PMCNTENSET_EL0
    SystemRegister{3, 3, 9, 13, 0},   // PMCCNTR_EL0
    SystemRegister{3, 3, 14, 15, 7},  // PMCCFILTR_EL0
    SystemRegister{3, 3, 14, 0, 1},   // CNTPCT_EL0
    SystemRegister{3, 3, 14, 2, 1},   // CNTP_CTL_EL0
    SystemRegister{3, 3, 14, 3, 1},   // CNTV_CTL_EL0
    SystemRegister{3, 1, 0, 0, 1},    // CLIDR_EL1
};

void higher_registers_are_undefined () {
    Test test{"registers of EL2 and EL3 are undefined"};
    const TrapWatch watch;
    for (const SystemRegister &which : higher_registers) {
        expect_undefined (test, mrs_instruction (which, 2), Level::el1h);
        expect_undefined (test, msr_instruction (which, 2), Level::el1h);
        expect_undefined (test, mrs_instruction (which, 2), Level::el0);
    }
    // The CPU itself sees to these: they never come to EL2.
    watch.expect (test, RAVELIN_TRAP_HVC, 0);
}

void calls_are_undefined_at_el0 () {
    Test test{"HVC and SMC are undefined at EL0"};
    const TrapWatch watch;
    expect_undefined (test, hvc_instruction (0), Level::el0);
    expect_undefined (test, smc_instruction (0), Level::el0);
    watch.expect (test, RAVELIN_TRAP_HVC, 0);
}

void own_registers_are_free () {
    Test test{"debug, counter and timer registers are the host's"};
    const TrapWatch watch;
    for (const SystemRegister &which : own_registers) {
        Context context;
        test.about ("instruction", mrs_instruction (which, 2));
        test.expect ("a read goes through", run_instruction (mrs_instruction (which, 2), Level::el1h, context));
    }
    watch.expect (test, RAVELIN_TRAP_HVC, 0);
}

/// The Cortex-A72's own registers, which can break a core, or show what is in its caches: whoever it belongs to.
void implementation_defined_registers_are_undefined () {
    constexpr std::array core_registers{
        SystemRegister{3, 1, 15, 2, 0},  // CPUACTLR_EL1
        SystemRegister{3, 1, 15, 2, 1},  // CPUECTLR_EL1
        SystemRegister{3, 1, 11, 0, 2},  // L2CTLR_EL1
        SystemRegister{3, 1, 15, 0, 0},  // L2ACTLR_EL1
        SystemRegister{3, 0, 15, 0, 0},  // IL1DATA0_EL1
        SystemRegister{3, 0, 15, 1, 0},  // DL1DATA0_EL1
    };
    constexpr std::uint32_t sys_ramindex = 0xd508'f400;  // SYS #0, C15, C4, #0, X0
    Test test{"registers and instructions of the core's own are undefined"};
    for (const SystemRegister &which : core_registers) {
        expect_undefined (test, mrs_instruction (which, 2), Level::el1h);
        expect_undefined (test, msr_instruction (which, 2), Level::el1h);
    }
    expect_undefined (test, sys_ramindex, Level::el1h);
}

/// Debug hardware that watches every address of Ravelin's at every level it may watch.
void watching_el2_does_nothing () {
    using ravelin::hal::sysreg::mdscr_el1;
    using ravelin::hal::sysreg::oslar_el1;
    constexpr SystemRegister dbgbvr0_el1{2, 0, 0, 0, 4};
    constexpr SystemRegister dbgbcr0_el1{2, 0, 0, 0, 5};
    constexpr SystemRegister dbgwvr0_el1{2, 0, 0, 0, 6};
    constexpr SystemRegister dbgwcr0_el1{2, 0, 0, 0, 7};
    constexpr std::uint64_t monitor      = 1U << 15 | 1U << 13;         // MDSCR_EL1: MDE, KDE
    constexpr std::uint64_t all_levels   = 1U << 13 | 3U << 1;          // DBG?CR: HMC, all of PMC or PAC
    constexpr std::uint64_t breakpoint   = 1U | 0xf << 5 | all_levels;  // E, BAS
    constexpr std::uint64_t two_mib      = 21U << 24;                   // DBGWCR: MASK
    constexpr std::uint64_t watchpoint   = 1U | 3U << 3 | 0xff << 5 | two_mib | all_levels;  // E, LSC, BAS
    constexpr std::uint64_t vector_0x400 = 0x400;  // offset of the vectors' part for calls

    Test test{"breakpoints and watchpoints on Ravelin do nothing"};
    const Pa own = machine ().ravelin.start;
    write<oslar_el1> (0);
    write<dbgwvr0_el1> (own.value ());
    write<dbgwcr0_el1> (watchpoint);
    write<mdscr_el1> (monitor);
    for (std::uint64_t page = 0; page < 16; ++page) {
        write<dbgbvr0_el1> (own.value () + page * ravelin::page_size + vector_0x400);
        write<dbgbcr0_el1> (breakpoint);
        asm volatile ("msr daifclr, #8");  // D: debug exceptions may be taken
        test.equal ("a null call", hvc (RAVELIN_NULL)[0], 0);
        asm volatile ("msr daifset, #8");
    }
    write<mdscr_el1> (0);
    write<dbgbcr0_el1> (0);
    write<dbgwcr0_el1> (0);
}
}  // namespace

void test_registers () {
    higher_registers_are_undefined ();
    calls_are_undefined_at_el0 ();
    own_registers_are_free ();
    implementation_defined_registers_are_undefined ();
    watching_el2_does_nothing ();
}

}  // namespace forbidden

// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/arm64/layout.h"

// The vectors of EL2.  [ARM DDI 0487, D1.3.1]
//
// While a lower level runs, SP_EL2 is where its general-purpose registers are to be saved: the host's in its World, a
// guest's in its vCPU. A trap saves them there, and goes to this CPU's stack, which is empty then; its top keeps the
// place. A hypervisor call saves only what the procedure call standard lets a callee change, plus X29 and X30; any
// other trap saves all, for its instruction may name any register.

        // Pairs of X registers, named by the first of each: st or ld, at their places in the Registers at \base.
        .altmacro
        .macro  pair operation, base, n, m
        \operation\()p x\n, x\m, [\base, #8 * \n]
        .endm
        .macro  pairs operation, base, numbers:vararg
        .irp    n, \numbers
        pair    \operation, \base, \n, %(\n + 1)
        .endr
        .endm

        // What a hypervisor call saves, and the rest.
        .macro  volatile operation
        pairs   \operation, sp, 0, 2, 4, 6, 8, 10, 12, 14, 16, 29
        \operation\()r x18, [sp, #8 * 18]
        .endm
        .macro  preserved operation, base
        pairs   \operation, \base, 19, 21, 23, 25, 27
        .endm

        // x0 = this CPU, x1 = the registers.
        .macro  enter_el2
        volatile st
        mrs     x0, tpidr_el2
        mov     x1, sp
        ldr     x2, [x0, #RAVELIN_CPU_STACK]
        mov     sp, x2
        .endm

        .macro  vector target
        .balign 0x80
        b       \target
        .endm

        .macro  fault_vector number
        .balign 0x80
        msr     tpidr_el0, x0               // the host's, but it won't run again
        mov     x0, #\number
        b       own_fault
        .endm

        .text
        .balign 0x800
        .globl  ravelin_vectors
ravelin_vectors:
        .irp    number, 0, 1, 2, 3, 4, 5, 6, 7
        fault_vector \number                // from EL2 itself
        .endr
        .rept   2
        vector  lower_synchronous           // from AArch64, then from AArch32
        vector  lower_interrupt             // IRQ
        vector  lower_interrupt             // FIQ
        vector  lower_system_error
        .endr

        .balign 64
lower_synchronous:
        enter_el2
        mrs     x2, esr_el2
        lsr     x2, x2, #26                 // ESR_EL2.EC
        cmp     x2, #0x16                   // HVC from AArch64
        b.ne    3f
        bl      ravelin_synchronous         // (CPU, registers) -> Next
        cbnz    w0, proceed
resume:
        ldr     x0, [sp]
        mov     sp, x0
        b       restore_volatile
resume_all:
        ldr     x0, [sp]
        mov     sp, x0
restore_all:
        preserved ld, sp
restore_volatile:
        volatile ld
        eret
        dsb     nsh                         // nothing is speculated past the ERET
        isb

3:      preserved st, x1
        bl      ravelin_synchronous
        cbz     w0, resume_all
        mov     w2, w0
        ldr     x1, [sp]
        b       4f

// Goes on elsewhere. X19-X28 are still as they were when the trap was taken.
proceed:
        mov     w2, w0
        ldr     x1, [sp]
        preserved st, x1
4:      mrs     x0, tpidr_el2
        bl      ravelin_proceed             // (CPU, registers, Next) -> registers

// x0 = registers of which all count: goes where they say.
        .globl  ravelin_restore_all
ravelin_restore_all:
        str     x0, [sp]
        mov     sp, x0
        b       restore_all

        .irp    cause, interrupt, system_error
lower_\cause:
        enter_el2
        bl      ravelin_\cause              // (CPU) -> Next
        cbnz    w0, proceed
        b       resume
        .endr

// An exception that EL2 itself took: x0 = its number among the vectors, tpidr_el0 = what x0 was. Everything is printed,
// from another stack, for its own may be the reason, and this CPU stops. The registers that are lost here are the
// host's, which won't run again.
own_fault:
        msr     tpidr_el1, x1
        mov     x1, sp                      // where it was
        msr     tpidrro_el0, x1
        adrp    x1, ravelin_fault_stack + RAVELIN_STACK_SPAN
        sub     sp, x1, #RAVELIN_FRAME_SIZE
        pairs   st, sp, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28
        str     x30, [sp, #8 * 30]
        mrs     x2, tpidr_el0
        mrs     x3, tpidr_el1
        stp     x2, x3, [sp]
        mrs     x1, tpidrro_el0
        mov     x2, sp
        bl      ravelin_own_fault           // (vector, stack pointer, frame)
        b       halt

// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/arm64/layout.h"

// The vectors of EL2.  [ARM DDI 0487, D1.3.1]
//
// While a lower level runs, SP_EL2 is where its general-purpose registers are to be saved: the host's in its World, a
// guest's in its vCPU. A trap saves them there, and goes to this CPU's stack, which is empty then; its top keeps the
// place. A hypervisor call saves only what the procedure call standard lets a callee change, plus X29 and X30; any
// other trap saves all, for its instruction may name any register.

        // x0 = this CPU, x1 = the registers.
        .macro  enter_el2
        stp     x0, x1, [sp, #0]
        stp     x2, x3, [sp, #16]
        stp     x4, x5, [sp, #32]
        stp     x6, x7, [sp, #48]
        stp     x8, x9, [sp, #64]
        stp     x10, x11, [sp, #80]
        stp     x12, x13, [sp, #96]
        stp     x14, x15, [sp, #112]
        stp     x16, x17, [sp, #128]
        str     x18, [sp, #144]
        stp     x29, x30, [sp, #232]
        mrs     x0, tpidr_el2
        mov     x1, sp
        ldr     x2, [x0, #RAVELIN_CPU_STACK]
        mov     sp, x2
        .endm

        .macro  save_preserved registers
        stp     x19, x20, [\registers, #152]
        stp     x21, x22, [\registers, #168]
        stp     x23, x24, [\registers, #184]
        stp     x25, x26, [\registers, #200]
        stp     x27, x28, [\registers, #216]
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
        ldp     x19, x20, [sp, #152]
        ldp     x21, x22, [sp, #168]
        ldp     x23, x24, [sp, #184]
        ldp     x25, x26, [sp, #200]
        ldp     x27, x28, [sp, #216]
restore_volatile:
        ldp     x0, x1, [sp, #0]
        ldp     x2, x3, [sp, #16]
        ldp     x4, x5, [sp, #32]
        ldp     x6, x7, [sp, #48]
        ldp     x8, x9, [sp, #64]
        ldp     x10, x11, [sp, #80]
        ldp     x12, x13, [sp, #96]
        ldp     x14, x15, [sp, #112]
        ldp     x16, x17, [sp, #128]
        ldr     x18, [sp, #144]
        ldp     x29, x30, [sp, #232]
        eret
        dsb     nsh                         // nothing is speculated past the ERET
        isb

3:      save_preserved x1
        bl      ravelin_synchronous
        cbz     w0, resume_all
        mov     w2, w0
        ldr     x1, [sp]
        b       4f

// Goes on elsewhere. X19-X28 are still as they were when the trap was taken.
proceed:
        mov     w2, w0
        ldr     x1, [sp]
        save_preserved x1
4:      mrs     x0, tpidr_el2
        bl      ravelin_proceed             // (CPU, registers, Next) -> registers

// x0 = registers of which all count: goes where they say.
        .globl  ravelin_restore_all
ravelin_restore_all:
        str     x0, [sp]
        mov     sp, x0
        b       restore_all

lower_interrupt:
        enter_el2
        bl      ravelin_interrupt           // (CPU) -> Next
        cbnz    w0, proceed
        b       resume

lower_system_error:
        enter_el2
        bl      ravelin_system_error        // (CPU) -> Next
        cbnz    w0, proceed
        b       resume

// An exception that EL2 itself took: x0 = its number among the vectors, tpidr_el0 = what x0 was. Everything is printed,
// from another stack, for its own may be the reason, and this CPU stops. The registers that are lost here are the
// host's, which won't run again.
own_fault:
        msr     tpidr_el1, x1
        msr     tpidrro_el0, x2
        mov     x1, sp                      // where it was
        adrp    x2, ravelin_fault_stack + RAVELIN_STACK_SPAN
        mov     sp, x2
        sub     sp, sp, #RAVELIN_FRAME_SIZE
        stp     x3, x4, [sp, #24]
        stp     x5, x6, [sp, #40]
        stp     x7, x8, [sp, #56]
        stp     x9, x10, [sp, #72]
        stp     x11, x12, [sp, #88]
        stp     x13, x14, [sp, #104]
        stp     x15, x16, [sp, #120]
        stp     x17, x18, [sp, #136]
        save_preserved sp
        stp     x29, x30, [sp, #232]
        mrs     x3, tpidr_el0
        mrs     x4, tpidr_el1
        stp     x3, x4, [sp, #0]
        mrs     x3, tpidrro_el0
        str     x3, [sp, #16]
        mov     x2, sp
        bl      ravelin_own_fault           // (vector, stack pointer, frame)
        b       halt

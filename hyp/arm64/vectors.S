// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/arm64/layout.h"

// The vectors of EL2.  [ARM DDI 0487, D1.3.1]
//
// From EL1 and EL0: the frame goes onto this CPU's stack, which is empty whenever a lower level runs. A hypervisor
// call saves only what the procedure call standard lets a callee change, plus X29 and X30; any other trap saves all,
// for its instruction may name any register.

        .macro  save_volatile
        sub     sp, sp, #RAVELIN_FRAME_SIZE
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
        .endm

        .macro  save_preserved
        stp     x19, x20, [sp, #152]
        stp     x21, x22, [sp, #168]
        stp     x23, x24, [sp, #184]
        stp     x25, x26, [sp, #200]
        stp     x27, x28, [sp, #216]
        .endm

        .macro  restore_preserved
        ldp     x19, x20, [sp, #152]
        ldp     x21, x22, [sp, #168]
        ldp     x23, x24, [sp, #184]
        ldp     x25, x26, [sp, #200]
        ldp     x27, x28, [sp, #216]
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
        save_volatile
        mrs     x2, esr_el2
        lsr     x2, x2, #26                 // ESR_EL2.EC
        mrs     x0, tpidr_el2               // this CPU
        mov     x1, sp
        cmp     x2, #0x16                   // HVC from AArch64
        b.ne    1f
        bl      ravelin_synchronous         // (CPU, frame) -> Next
        cbnz    w0, 2f
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
        add     sp, sp, #RAVELIN_FRAME_SIZE
        eret
        dsb     nsh                         // nothing is speculated past the ERET
        isb

1:      save_preserved
        bl      ravelin_synchronous
        cbz     w0, ravelin_restore_all
        b       proceed

2:      save_preserved                      // a call: they're still as the caller had them
proceed:
        mov     w2, w0
        mrs     x0, tpidr_el2
        mov     x1, sp
        bl      ravelin_proceed             // (CPU, frame, Next): fills the frame anew

// sp = a frame of which all counts: goes where it says.
        .globl  ravelin_restore_all
ravelin_restore_all:
        restore_preserved
        b       restore_volatile

lower_interrupt:
        save_volatile
        mrs     x0, tpidr_el2
        bl      ravelin_interrupt           // (CPU) -> Next
        cbnz    w0, 2b
        b       restore_volatile

lower_system_error:
        save_volatile
        mrs     x0, tpidr_el2
        bl      ravelin_system_error        // (CPU) -> Next
        cbnz    w0, 2b
        b       restore_volatile

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
        save_preserved
        stp     x29, x30, [sp, #232]
        mrs     x3, tpidr_el0
        mrs     x4, tpidr_el1
        stp     x3, x4, [sp, #0]
        mrs     x3, tpidrro_el0
        str     x3, [sp, #16]
        mov     x2, sp
        bl      ravelin_own_fault           // (vector, stack pointer, frame)
        b       halt

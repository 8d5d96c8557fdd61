// SPDX-License-Identifier: BSD-2-Clause

// Vectors of a CPU that takes interrupts: IRQ and FIQ go to C++, anything else is the program's own mistake.

        .macro  unexpected number
        .balign 0x80
        mov     x0, #\number
        b       el1_unexpected              // (number of the vector)
        .endm

        .macro  interrupt number
        .balign 0x80
        sub     sp, sp, #192                // what a callee may change, and where to go back to
        stp     x0, x1, [sp]
        mov     x0, #\number
        b       taken
        .endm

        .text
        .balign 0x800
        .globl  interrupts_vectors
interrupts_vectors:
        .irp    number, 0, 1, 2, 3, 4
        unexpected \number
        .endr
        interrupt 5                         // IRQ, from EL1 with its own stack
        interrupt 6                         // FIQ
        .irp    number, 7, 8, 9, 10, 11, 12, 13, 14, 15
        unexpected \number
        .endr

// x0 = number of the vector; what x0 and x1 were is on the stack.
taken:
        stp     x2, x3, [sp, #16]
        stp     x4, x5, [sp, #32]
        stp     x6, x7, [sp, #48]
        stp     x8, x9, [sp, #64]
        stp     x10, x11, [sp, #80]
        stp     x12, x13, [sp, #96]
        stp     x14, x15, [sp, #112]
        stp     x16, x17, [sp, #128]
        stp     x18, x29, [sp, #144]
        mrs     x1, elr_el1                 // another interrupt may come before this one is done
        stp     x30, x1, [sp, #160]
        mrs     x1, spsr_el1
        str     x1, [sp, #176]
        bl      interrupts_taken            // (number), returns with interrupts masked
        ldr     x1, [sp, #176]
        msr     spsr_el1, x1
        ldp     x30, x1, [sp, #160]
        msr     elr_el1, x1
        ldp     x18, x29, [sp, #144]
        ldp     x16, x17, [sp, #128]
        ldp     x14, x15, [sp, #112]
        ldp     x12, x13, [sp, #96]
        ldp     x10, x11, [sp, #80]
        ldp     x8, x9, [sp, #64]
        ldp     x6, x7, [sp, #48]
        ldp     x4, x5, [sp, #32]
        ldp     x2, x3, [sp, #16]
        ldp     x0, x1, [sp], #192
        eret

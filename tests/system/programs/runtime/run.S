// SPDX-License-Identifier: BSD-2-Clause
#include "layout.h"

// Runs code that a Context describes until an exception brings the CPU back, and takes down what it was.

// el1_run (Context *): loads all registers from the context and goes to its PC with its PSTATE; returns at the next
// exception, the registers and the exception then being in the context.
        .text
        .globl  el1_run
el1_run:
        stp     x29, x30, [sp, #-96]!       // what the caller expects to find again
        stp     x27, x28, [sp, #16]
        stp     x25, x26, [sp, #32]
        stp     x23, x24, [sp, #48]
        stp     x21, x22, [sp, #64]
        stp     x19, x20, [sp, #80]
        mrs     x1, tpidr_el1               // this CPU
        mov     x2, sp
        str     x2, [x1, #EL1_CPU_STACK]
        str     x0, [x1, #EL1_CPU_CONTEXT]  // from here on an exception belongs to the context
        ldr     x1, [x0, #EL1_CONTEXT_SP]
        msr     sp_el0, x1
        ldr     x1, [x0, #EL1_CONTEXT_PC]
        msr     elr_el1, x1
        ldr     x1, [x0, #EL1_CONTEXT_PSTATE]
        msr     spsr_el1, x1
        ldp     x2, x3, [x0, #16]
        ldp     x4, x5, [x0, #32]
        ldp     x6, x7, [x0, #48]
        ldp     x8, x9, [x0, #64]
        ldp     x10, x11, [x0, #80]
        ldp     x12, x13, [x0, #96]
        ldp     x14, x15, [x0, #112]
        ldp     x16, x17, [x0, #128]
        ldp     x18, x19, [x0, #144]
        ldp     x20, x21, [x0, #160]
        ldp     x22, x23, [x0, #176]
        ldp     x24, x25, [x0, #192]
        ldp     x26, x27, [x0, #208]
        ldp     x28, x29, [x0, #224]
        ldr     x30, [x0, #240]
        ldp     x0, x1, [x0]
        eret

        .macro  vector number
        .balign 0x80
        msr     tpidr_el0, x0               // nobody else uses these two
        msr     tpidrro_el0, x1
        mov     x0, #\number
        b       record
        .endm

        .balign 0x800
        .globl  el1_vectors
el1_vectors:
        .irp    number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        vector  \number
        .endr

// x0 = number of the vector, tpidr_el0 and tpidrro_el0 = what x0 and x1 were.
record:
        mrs     x1, tpidr_el1               // this CPU
        ldr     x1, [x1, #EL1_CPU_CONTEXT]
        cbz     x1, unexpected
        str     x0, [x1, #EL1_CONTEXT_VECTOR]
        stp     x2, x3, [x1, #16]
        stp     x4, x5, [x1, #32]
        stp     x6, x7, [x1, #48]
        stp     x8, x9, [x1, #64]
        stp     x10, x11, [x1, #80]
        stp     x12, x13, [x1, #96]
        stp     x14, x15, [x1, #112]
        stp     x16, x17, [x1, #128]
        stp     x18, x19, [x1, #144]
        stp     x20, x21, [x1, #160]
        stp     x22, x23, [x1, #176]
        stp     x24, x25, [x1, #192]
        stp     x26, x27, [x1, #208]
        stp     x28, x29, [x1, #224]
        str     x30, [x1, #240]
        mrs     x2, tpidr_el0
        mrs     x3, tpidrro_el0
        stp     x2, x3, [x1]
        mrs     x2, sp_el0
        str     x2, [x1, #EL1_CONTEXT_SP]
        mrs     x2, esr_el1
        str     x2, [x1, #EL1_CONTEXT_ESR]
        mrs     x2, far_el1
        str     x2, [x1, #EL1_CONTEXT_FAR]
        mrs     x2, elr_el1
        str     x2, [x1, #EL1_CONTEXT_ELR]
        mrs     x2, spsr_el1
        str     x2, [x1, #EL1_CONTEXT_SPSR]

        mrs     x2, tpidr_el1
        str     xzr, [x2, #EL1_CPU_CONTEXT]
        ldr     x3, [x2, #EL1_CPU_STACK]
        mov     sp, x3
        ldp     x19, x20, [sp, #80]
        ldp     x21, x22, [sp, #64]
        ldp     x23, x24, [sp, #48]
        ldp     x25, x26, [sp, #32]
        ldp     x27, x28, [sp, #16]
        ldp     x29, x30, [sp], #96
        ret

// An exception of the program's own.
unexpected:
        b       el1_unexpected              // (number of the vector)

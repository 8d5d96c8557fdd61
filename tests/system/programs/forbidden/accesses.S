// SPDX-License-Identifier: BSD-2-Clause
#include "accesses.h"

// The loads and stores to try: an array of struct Access, each with the instruction's own text as its name. X1 is the
// address, data is in X2 and X3. The second column is where the access begins, from X1 on.

        .macro  access kind, offset, text:vararg
        \text
        .long   \kind
        .quad   \offset
        .asciz  "\text"
        .balign ACCESS_SIZE
        .endm

        .arch_extension fp
        .arch_extension simd
        .section .rodata
        .balign ACCESS_SIZE
        .globl  forbidden_accesses
forbidden_accesses:
        access  ACCESS_LOAD, 0, ldrb w2, [x1]
        access  ACCESS_LOAD, 0, ldrh w2, [x1]
        access  ACCESS_LOAD, 0, ldr w2, [x1]
        access  ACCESS_LOAD, 0, ldr x2, [x1]
        access  ACCESS_LOAD, 0, ldrsb x2, [x1]
        access  ACCESS_LOAD, 0, ldrsb w2, [x1]
        access  ACCESS_LOAD, 0, ldrsh x2, [x1]
        access  ACCESS_LOAD, 0, ldrsh w2, [x1]
        access  ACCESS_LOAD, 0, ldrsw x2, [x1]
        access  ACCESS_LOAD, 16, ldr x2, [x1, #16]
        access  ACCESS_LOAD, 0, ldr x2, [x1], #8
        access  ACCESS_LOAD, 8, ldr x2, [x1, #8]!
        access  ACCESS_LOAD, 0, ldp x2, x3, [x1]
        access  ACCESS_LOAD, 0, ldp w2, w3, [x1]
        access  ACCESS_LOAD, 0, ldp x2, x3, [x1], #16
        access  ACCESS_LOAD, 16, ldp x2, x3, [x1, #16]!
        access  ACCESS_LOAD, 0, ldpsw x2, x3, [x1]
        access  ACCESS_LOAD, 0, ldnp x2, x3, [x1]
        access  ACCESS_LOAD, 0, ldar x2, [x1]
        access  ACCESS_LOAD, 0, ldarb w2, [x1]
        access  ACCESS_LOAD, 0, ldr q0, [x1]
        access  ACCESS_LOAD, 0, ldp q0, q1, [x1]
        access  ACCESS_LOAD, 0, ld1 {v0.16b}, [x1]
        access  ACCESS_LOAD, 0, ld4 {v0.16b-v3.16b}, [x1], #64
        access  ACCESS_LOAD_NORMAL, 0, ldxr x2, [x1]
        access  ACCESS_LOAD_NORMAL, 0, ldaxr w2, [x1]
        access  ACCESS_LOAD_NORMAL, 0, ldxrb w2, [x1]
        access  ACCESS_LOAD_NORMAL, 0, ldxp x2, x3, [x1]
        access  ACCESS_LOAD_NORMAL, 1, ldur x2, [x1, #1]
        access  ACCESS_LOAD_NORMAL, 3, ldurh w2, [x1, #3]
        access  ACCESS_STORE, 0, strb w2, [x1]
        access  ACCESS_STORE, 0, strh w2, [x1]
        access  ACCESS_STORE, 0, str w2, [x1]
        access  ACCESS_STORE, 0, str x2, [x1]
        access  ACCESS_STORE, 0, str xzr, [x1]
        access  ACCESS_STORE, 0, str x2, [x1], #8
        access  ACCESS_STORE, 8, str x2, [x1, #8]!
        access  ACCESS_STORE, 0, stp x2, x3, [x1]
        access  ACCESS_STORE, 16, stp x2, x3, [x1, #16]!
        access  ACCESS_STORE, 0, stnp x2, x3, [x1]
        access  ACCESS_STORE, 0, stlr x2, [x1]
        access  ACCESS_STORE, 0, stlrb w2, [x1]
        access  ACCESS_STORE, 0, str q0, [x1]
        access  ACCESS_STORE, 0, st1 {v0.16b}, [x1]
        access  ACCESS_STORE_NORMAL, 1, stur x2, [x1, #1]
        access  ACCESS_STORE_NORMAL, 0, dc zva, x1
        .globl  forbidden_accesses_end
forbidden_accesses_end:

// SPDX-License-Identifier: BSD-2-Clause
#include "vms/guests/layout.h"

// Vectors of a guest whose only exceptions are IRQs, and as short a handler as there can be: it ends the interrupt, stops
// the virtual timer, and counts.

        .text
        .balign 0x800
        .globl  errands_vectors
errands_vectors:
        .space  0x280                       // current EL with its own stack, IRQ
        sub     sp, sp, #32
        stp     x0, x1, [sp]
        str     x2, [sp, #16]
        mov     x0, #GUEST_GICC
        ldr     w1, [x0, #0x0c]             // GICC_IAR
        msr     cntv_ctl_el0, xzr
        isb
        str     w1, [x0, #0x10]             // GICC_EOIR
        adrp    x0, errands_handled
        add     x0, x0, :lo12:errands_handled
        mrs     x1, mpidr_el1
        and     x1, x1, #0xf                // the vCPU's number
        ldr     x2, [x0, x1, lsl #3]
        add     x2, x2, #1
        str     x2, [x0, x1, lsl #3]
        ldr     x2, [sp, #16]
        ldp     x0, x1, [sp], #32
        eret

        .bss
        .balign 8
        .globl  errands_handled
errands_handled:
        .space  8 * GUEST_MAX_VCPUS

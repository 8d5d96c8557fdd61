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

// The same for the virtual timer's interrupt, but first it reads the count seventeen times: with sixteen instructions to
// a tick, two neighbours differ, and tell at which instruction the tick was. It runs on into vectors that nothing uses.
        .balign 0x800
        .globl  errands_timer_vectors
errands_timer_vectors:
        .space  0x280
        sub     sp, sp, #160                // errands.cpp knows that these are ten instructions
        stp     x0, x1, [sp]
        stp     x2, x3, [sp, #16]
        stp     x4, x5, [sp, #32]
        stp     x6, x7, [sp, #48]
        stp     x8, x9, [sp, #64]
        stp     x10, x11, [sp, #80]
        stp     x12, x13, [sp, #96]
        stp     x14, x15, [sp, #112]
        stp     x16, x17, [sp, #128]
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
        mrs     x\n, cntvct_el0
        .endr
        adrp    x17, errands_counts
        add     x17, x17, :lo12:errands_counts
        stp     x0, x1, [x17]
        stp     x2, x3, [x17, #16]
        stp     x4, x5, [x17, #32]
        stp     x6, x7, [x17, #48]
        stp     x8, x9, [x17, #64]
        stp     x10, x11, [x17, #80]
        stp     x12, x13, [x17, #96]
        stp     x14, x15, [x17, #112]
        str     x16, [x17, #128]
        mov     x0, #GUEST_GICC
        ldr     w1, [x0, #0x0c]             // GICC_IAR
        msr     cntv_ctl_el0, xzr
        isb
        str     w1, [x0, #0x10]             // GICC_EOIR
        adrp    x0, errands_handled
        add     x0, x0, :lo12:errands_handled
        ldr     x1, [x0]                    // of vCPU 0, which is alone
        add     x1, x1, #1
        str     x1, [x0]
        ldp     x2, x3, [sp, #16]
        ldp     x4, x5, [sp, #32]
        ldp     x6, x7, [sp, #48]
        ldp     x8, x9, [sp, #64]
        ldp     x10, x11, [sp, #80]
        ldp     x12, x13, [sp, #96]
        ldp     x14, x15, [sp, #112]
        ldp     x16, x17, [sp, #128]
        ldp     x0, x1, [sp], #160
        eret

        .bss
        .balign 8
        .globl  errands_handled
errands_handled:
        .space  8 * GUEST_MAX_VCPUS
        .globl  errands_counts
errands_counts:
        .space  8 * 17

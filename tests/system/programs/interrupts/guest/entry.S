// SPDX-License-Identifier: BSD-2-Clause
#include "layout.h"

// Where a CPU comes in whose first state is of interest: X0 = an Arrival, whose first word is the context that
// el1_secondary_entry wants. Caches are off.
        .text
        .balign 64
        .globl  interrupts_entry
interrupts_entry:
        mrs     x1, CurrentEL
        mrs     x2, daif
        stp     x1, x2, [x0, #8]
        mrs     x1, sctlr_el1
        mrs     x2, cntv_ctl_el0
        stp     x1, x2, [x0, #24]
        mrs     x1, cntp_ctl_el0
        mrs     x2, spsel
        stp     x1, x2, [x0, #40]
        dsb     sy
        ldr     x0, [x0]
        b       el1_secondary_entry         // (CpuStart)

// SPDX-License-Identifier: BSD-2-Clause
#include "layout.h"

// Entry of the first CPU, as an arm64 Linux would be entered: x0 = device tree, EL1, MMU and caches off, loaded at a
// multiple of 2 MiB.  [Linux, Documentation/arch/arm64/booting]

        .section .head, "ax"
        .globl  _start
_start:
        b       primary                     // code0
        .long   0                           // code1
        .quad   0                           // text_offset
        .quad   _image_size                 // image_size
        .quad   0xa                         // flags: little-endian, 4 KiB pages, anywhere in memory
        .quad   0, 0, 0
        .ascii  "ARM\x64"
        .long   0

primary:
        msr     daifset, #0xf
        mov     x19, x0                     // device tree
        adrp    x20, _start                 // where the image was loaded

        // Apply the relocations: each is a place, a kind (always RELATIVE) and an offset from the image's start.
        adrp    x0, _relocations_start
        add     x0, x0, :lo12:_relocations_start
        adrp    x1, _relocations_end
        add     x1, x1, :lo12:_relocations_end
1:      cmp     x0, x1
        b.hs    2f
        ldp     x2, x3, [x0], #16           // place, kind
        ldr     x4, [x0], #8                // offset
        add     x4, x4, x20
        str     x4, [x20, x2]
        b       1b
2:
        adrp    x0, _bss_start
        adrp    x1, _end
3:      stp     xzr, xzr, [x0], #16         // both are at pages
        cmp     x0, x1
        b.lo    3b

        adrp    x0, el1_stacks + EL1_STACK_SIZE
        mov     sp, x0                      // CPU 0's
        adrp    x0, el1_cpus
        add     x0, x0, :lo12:el1_cpus
        msr     tpidr_el1, x0               // this CPU is the first of them
        mov     x0, x20
        bl      el1_map_memory              // (load address)

        // Everything written so far went past the caches: what they hold of these bytes is stale.
        adrp    x0, _start
        adrp    x1, _end
4:      dc      ivac, x0
        add     x0, x0, #64
        cmp     x0, x1
        b.lo    4b
        dsb     sy

        bl      prepare_el1
        mov     x0, x19
        b       el1_main                    // (device tree)

// Entry of every other CPU: x0 = its CpuStart.
        .text
        .balign 64
        .globl  el1_secondary_entry
el1_secondary_entry:
        msr     daifset, #0xf
        mov     x19, x0
        ldr     x0, [x19, #EL1_START_STACK]
        mov     sp, x0
        ldr     x0, [x19, #EL1_START_CPU]
        msr     tpidr_el1, x0
        bl      prepare_el1
        mov     x0, x19
        b       el1_secondary_main          // (CpuStart)

// Sets up this CPU's EL1: vectors, and MMU and caches with the tables that el1_map_memory() made. Changes x0, x1.
prepare_el1:
        msr     spsel, #1
        adrp    x0, el1_vectors
        add     x0, x0, :lo12:el1_vectors
        msr     vbar_el1, x0
        ldr     x0, =EL1_CPACR
        msr     cpacr_el1, x0
        ldr     x0, =EL1_MAIR
        msr     mair_el1, x0
        ldr     x0, =EL1_TCR
        msr     tcr_el1, x0
        adrp    x0, el1_low_table
        msr     ttbr0_el1, x0
        adrp    x0, el1_high_table
        msr     ttbr1_el1, x0
        isb
        tlbi    vmalle1                     // whatever was there before
        ic      iallu
        dsb     nsh
        isb
        ldr     x0, =EL1_SCTLR_ON
        msr     sctlr_el1, x0
        isb
        ret

        .section .stacks, "aw", %nobits
        .balign 4096
        .globl  el1_stacks
el1_stacks:
        .space  EL1_STACK_SIZE * EL1_MAX_CPUS

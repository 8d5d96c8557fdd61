// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/arm64/relocate.inc"
#include "hyp/firmware/arm64/layout.h"

        .arch   armv8-a+simd

// Entry of the first vCPU, from Ravelin: EL1, MMU and caches off, interrupts masked, all registers 0. All of the
// firmware's pages are as Ravelin made them; nothing of them is in a cache.
        .section .head, "ax"
        .globl  firmware_entry
firmware_entry:
        adrp    x20, firmware_start         // where it was placed
        relocate x20, firmware_relocations, firmware_relocations_end

        adrp    x0, firmware_stack + FIRMWARE_STACK_SIZE
        mov     sp, x0
        address x0, firmware_vectors
        msr     vbar_el1, x0
        mov     x0, #FIRMWARE_CPACR
        msr     cpacr_el1, x0
        isb
        mov     x0, x20
        bl      firmware_map                // (base) -> root of its tables

        // Tables, stack and what was relocated went past the caches: what those hold of them, speculatively, is stale.
        adrp    x1, firmware_start
        adrp    x2, firmware_end
1:      dc      ivac, x1
        add     x1, x1, #64
        cmp     x1, x2
        b.lo    1b
        dsb     sy

        msr     ttbr0_el1, x0
        ldr     x1, =FIRMWARE_MAIR
        msr     mair_el1, x1
        ldr     x1, =FIRMWARE_TCR
        msr     tcr_el1, x1
        isb
        tlbi    vmalle1
        ic      iallu
        dsb     nsh
        isb
        ldr     x1, =FIRMWARE_SCTLR_ON
        msr     sctlr_el1, x1
        isb

        mov     x0, x20
        bl      firmware_boot               // (base) -> kernel, its device tree; or doesn't return
        mov     x20, x0
        mov     x21, x1

        // From here on nothing goes through the caches, and there is no stack.
        ldr     x1, =FIRMWARE_SCTLR_OFF
        msr     sctlr_el1, x1
        isb
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, \
                   27, 28, 29, 30, 31
        movi    v\n\().2d, #0
        .endr
        msr     fpcr, xzr
        msr     fpsr, xzr
        msr     cpacr_el1, xzr
        msr     vbar_el1, xzr
        msr     ttbr0_el1, xzr
        msr     mair_el1, xzr
        msr     tcr_el1, xzr
        tlbi    vmalle1

        // What the caches still hold of the firmware goes first: it must not come over the zeros.
        adrp    x0, firmware_start
        adrp    x1, firmware_end
2:      dc      civac, x0
        add     x0, x0, #64
        cmp     x0, x1
        b.lo    2b
        dsb     sy

        // Wipes the firmware, but for the instructions that do so, which tell nobody anything.
        adrp    x0, firmware_start
        address x2, 3f
        address x3, 5f
        .balign 64
3:      stp     xzr, xzr, [x0], #16
        cmp     x0, x2
        csel    x0, x3, x0, eq
        cmp     x0, x1
        b.lo    3b
        ic      iallu
        dsb     sy
        isb
        mov     x0, x21                     // the device tree  [Linux, Documentation/arch/arm64/booting]
        mov     x1, xzr
        mov     x2, xzr
        mov     x3, xzr
        mov     sp, x1
        br      x20
        .balign 64
5:

// Nothing interrupts the firmware, and no instruction of it faults: if one does, the VM doesn't boot.
        .macro  vector
        .balign 0x80
        b       firmware_fault
        .endm

        .text
        .balign 0x800
firmware_vectors:
        .rept   16
        vector
        .endr

// void firmware_store_byte (address, byte): past the MMU, so that it's a store to a device. The caches keep what they have.
        .globl  firmware_store_byte
firmware_store_byte:
        mrs     x2, sctlr_el1
        ldr     x3, =FIRMWARE_SCTLR_OFF
        msr     sctlr_el1, x3
        isb
        strb    w1, [x0]
        dsb     sy
        msr     sctlr_el1, x2
        isb
        ret

        .section .stacks, "aw", %nobits
        .balign 4096
firmware_stack:
        .space  FIRMWARE_STACK_SIZE

        .section .tables, "aw", %nobits
        .balign 4096
        .globl  firmware_tables
firmware_tables:
        .space  FIRMWARE_TABLE_PAGES * 4096

// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/arm64/layout.h"
#include "hyp/arm64/relocate.inc"

// Entry of the first CPU, from firmware: x0 = device tree, MMU off, caches in any state, everything at EL2 undefined.
// The header is that of an arm64 Linux Image, so that any loader takes it.  [Linux, Documentation/arch/arm64/booting]

        .section .head, "ax"
        .globl  _start
_start:
        b       primary                     // code0
        .long   0                           // code1
        .quad   0                           // text_offset: at a multiple of 2 MiB
        .quad   own_size                   // image_size; tools/make-image adds what it joins
        .quad   0xa                         // flags: little-endian, 4 KiB pages, anywhere in memory
        .quad   0, 0, 0
        .ascii  "ARM\x64"
        .long   0
        .ascii  "RAVELIN1"                  // the joined kernel, by tools/make-image: see hyp/boot/image.cpp
        .quad   0                           // offset of the kernel: none
        .quad   0                           // bytes of its file
        .quad   0                           // bytes of memory it wants

primary:
        msr     daifset, #0xf               // nothing may interrupt before there are vectors
        mov     x19, x0                     // device tree
        adrp    x20, image_start                 // where the image was loaded
        mrs     x21, CurrentEL

        cmp     x21, #RAVELIN_CURRENT_EL2
        b.ne    1f
        bl      prepare_el2
1:
        bl      invalidate_image            // a dirty line must not land on what is written past it
        relocate x20, relocations_start, relocations_end
        address x0, bss_start
        address x1, bss_end
2:      cmp     x0, x1
        b.hs    3f
        stp     xzr, xzr, [x0], #16         // both ends are aligned to 16
        b       2b
3:
        adrp    x0, ravelin_stacks + RAVELIN_STACK_SPAN
        sub     sp, x0, #RAVELIN_STACK_TOP  // CPU 0's

        mov     x0, x20
        mov     x1, x21
        bl      ravelin_map_image           // (load address, CurrentEL): stops if the level isn't EL2

        // Everything written so far went past the caches: what they have fetched meanwhile of these bytes is stale.
        bl      invalidate_image
        bl      enable_mmu
        mov     x0, x20
        mov     x1, x19
        mov     x2, sp
        bl      ravelin_boot                // (load address, device tree, stack) -> the host's first registers
        b       ravelin_restore_all

// Entry of every other CPU: from firmware's CPU_ON, or from its spin table. Nothing is known of it but its MPIDR_EL1.
        .text
        .balign 64
        .globl  ravelin_secondary_entry
ravelin_secondary_entry:
        msr     daifset, #0xf
        mrs     x0, CurrentEL
        cmp     x0, #RAVELIN_CURRENT_EL2
        b.ne    halt                        // firmware broke its promise: this core can't be used
        bl      prepare_el2
        bl      enable_mmu

        // Which one is it? Its affinity says. With the MMU on, this sees what the first CPU wrote.
        mrs     x0, mpidr_el1
        ldr     x1, =0xff00ffffff
        and     x0, x0, x1
        address x1, ravelin_affinities
        mov     x2, #0
1:      ldr     x3, [x1, x2, lsl #3]
        cmp     x3, x0
        b.eq    2f
        add     x2, x2, #1
        cmp     x2, #RAVELIN_MAX_CPUS
        b.lo    1b
        b       halt                        // not in the device tree
2:
        adrp    x3, ravelin_stacks + RAVELIN_STACK_SPAN
        mov     x4, #RAVELIN_STACK_SPAN
        madd    x3, x4, x2, x3
        sub     sp, x3, #RAVELIN_STACK_TOP  // from the stack's end

        mov     x0, x2
        mov     x1, sp
        bl      ravelin_boot_secondary      // (index, stack) -> its first registers, once the host wants it
        b       ravelin_restore_all

        .globl  halt
halt:   wfi
        b       halt

// Drops what caches hold of the image and of its memory: whoever loaded it has cleaned that.  [Linux,
// Documentation/arch/arm64/booting]  Changes x0, x1.
invalidate_image:
        adrp    x0, image_start
        adrp    x1, image_end
1:      dc      ivac, x0
        add     x0, x0, #64
        cmp     x0, x1
        b.lo    1b
        dsb     sy
        ret

// Puts this CPU's EL2 into a known state, MMU and caches off. Changes x0, x1.
prepare_el2:
        ldr     x0, =RAVELIN_SCTLR_EL2_OFF
        msr     sctlr_el2, x0
        isb
        address x0, ravelin_vectors
        msr     vbar_el2, x0
        msr     spsel, #1
        mov     x0, #RAVELIN_CPTR_EL2
        msr     cptr_el2, x0                // libfdt was built to use SIMD registers, while booting

        // Cortex-A72 erratum 859971: firmware's stub doesn't set this bit, but lets EL2 do it.
        mrs     x0, midr_el1
        ubfx    x1, x0, #4, #12             // MIDR_EL1.PartNum
        cmp     x1, #RAVELIN_A72_PART
        b.ne    1f
        lsr     x1, x0, #24                 // MIDR_EL1.Implementer: 0x41 is Arm
        cmp     x1, #0x41
        b.ne    1f
        mrs     x0, s3_1_c15_c2_0           // CPUACTLR_EL1
        orr     x0, x0, #(1 << RAVELIN_A72_DISABLE_PREFETCH_BIT)
        msr     s3_1_c15_c2_0, x0
1:      isb
        ret

// Turns this CPU's MMU and caches on, with the tables that ravelin_map_image() made. Changes x0.
enable_mmu:
        ldr     x0, =RAVELIN_MAIR_EL2
        msr     mair_el2, x0
        ldr     x0, =RAVELIN_TCR_EL2
        msr     tcr_el2, x0
        adrp    x0, ravelin_el2_root
        msr     ttbr0_el2, x0
        isb
        tlbi    alle2                       // whatever was there before
        ic      iallu
        dsb     nsh
        isb
        ldr     x0, =RAVELIN_SCTLR_EL2_ON
        msr     sctlr_el2, x0
        isb
        ret

        .section .stacks, "aw", %nobits
        .balign 4096
        .globl  ravelin_stacks
ravelin_stacks:
        .space  RAVELIN_STACK_SPAN * RAVELIN_MAX_CPUS
        .globl  ravelin_fault_stack         // for exceptions that EL2 itself took: its own stack may be the reason
ravelin_fault_stack:
        .space  RAVELIN_STACK_SPAN

// SPDX-License-Identifier: BSD-2-Clause
#include "layout.h"

// Entry of every vCPU of a guest, at EL1 with MMU and caches off. The header is that of an arm64 Linux Image.
// [Linux, Documentation/arch/arm64/booting]
        .section .head, "ax"
        .globl  _start
        .globl  guest_entry
_start:
guest_entry:
        b       first                       // code0
        .long   0                           // code1
        .quad   0                           // text_offset
        .quad   guest_image_size            // image_size
        .quad   0xa                         // flags: little-endian, 4 KiB pages, anywhere in memory
        .quad   0, 0, 0
        .ascii  "ARM\x64"
        .long   0

first:
        mov     x4, x0
        mrs     x2, mpidr_el1
        and     x2, x2, #(GUEST_MAX_VCPUS - 1)
        mov     x3, #GUEST_ARGUMENTS
        ldr     x0, [x3, x2, lsl #3]        // GUEST_NUMBER and what else the host says
        and     x1, x0, #GUEST_NUMBER
        add     x1, x1, #1
        mov     x2, #GUEST_STACK_SIZE
        adrp    x3, guest_stacks
        madd    x3, x1, x2, x3
        mov     sp, x3
        adrp    x3, guest_vectors
        add     x3, x3, :lo12:guest_vectors
        msr     vbar_el1, x3
        isb
        mov     x1, x4
        b       guest_start                 // (the word, what X0 was)

        .macro  vector number
        .balign 0x80
        sub     sp, sp, #GUEST_FRAME_SIZE
        stp     x0, x1, [sp]
        mov     x0, #\number
        b       exception
        .endm

        .text
        .balign 0x800
guest_vectors:
        .irp    number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        vector  \number
        .endr

// x0 = number of the vector; what x0 and x1 were is on the stack.
exception:
        stp     x2, x3, [sp, #16]
        stp     x4, x5, [sp, #32]
        stp     x6, x7, [sp, #48]
        stp     x8, x9, [sp, #64]
        stp     x10, x11, [sp, #80]
        stp     x12, x13, [sp, #96]
        stp     x14, x15, [sp, #112]
        stp     x16, x17, [sp, #128]
        stp     x18, x19, [sp, #144]
        stp     x20, x21, [sp, #160]
        stp     x22, x23, [sp, #176]
        stp     x24, x25, [sp, #192]
        stp     x26, x27, [sp, #208]
        stp     x28, x29, [sp, #224]
        str     x30, [sp, #240]
        mov     x1, x30
        bl      guest_exception             // (number, X30), returns where to go on
        msr     elr_el1, x0
        ldp     x2, x3, [sp, #16]
        ldp     x4, x5, [sp, #32]
        ldp     x6, x7, [sp, #48]
        ldp     x8, x9, [sp, #64]
        ldp     x10, x11, [sp, #80]
        ldp     x12, x13, [sp, #96]
        ldp     x14, x15, [sp, #112]
        ldp     x16, x17, [sp, #128]
        ldp     x18, x19, [sp, #144]
        ldp     x20, x21, [sp, #160]
        ldp     x22, x23, [sp, #176]
        ldp     x24, x25, [sp, #192]
        ldp     x26, x27, [sp, #208]
        ldp     x28, x29, [sp, #224]
        ldr     x30, [sp, #240]
        ldp     x0, x1, [sp], #GUEST_FRAME_SIZE
        eret

        .section .stacks, "aw", %nobits
        .balign 4096
guest_stacks:
        .space  GUEST_STACK_SIZE * GUEST_MAX_VCPUS

// SPDX-License-Identifier: BSD-2-Clause

// What virtual machines begin with.
        .section .rodata
        .balign 8
        .globl  image_victim
image_victim:
        .incbin "guest_victim.bin"
        .globl  image_victim_end
image_victim_end:

// SPDX-License-Identifier: BSD-2-Clause

// The guest's flat image.

        .section .rodata
        .balign 8
        .globl  image_errands
image_errands:
        .incbin "guest_errands.bin"
        .globl  image_errands_end
image_errands_end:

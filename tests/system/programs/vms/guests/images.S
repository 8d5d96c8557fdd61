// SPDX-License-Identifier: BSD-2-Clause

// The guests' flat images.

        .macro  image name
        .balign 8
        .globl  image_\name
image_\name:
        .incbin "guest_\name\().bin"
        .globl  image_\name\()_end
image_\name\()_end:
        .endm

        .section .rodata
        .irp    name, calls, fp, hidden, memory, mmio, plain, registers, secret, sharing, smp, spin, stage1, trips
        image   \name
        .endr

// SPDX-License-Identifier: BSD-2-Clause

// The guest firmware, which Ravelin places in each protected VM: see hyp/firmware.
        .section .rodata
        .balign 8
        .globl  firmware_image
firmware_image:
        .incbin "firmware.bin"
        .globl  firmware_image_end
firmware_image_end:

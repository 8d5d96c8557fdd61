// SPDX-License-Identifier: BSD-2-Clause

// The guest firmware's image: code for the simulated machine, data for this one.
        .section .rodata
        .globl  ravelin_sim_firmware
ravelin_sim_firmware:
        .incbin "firmware.bin"
        .globl  ravelin_sim_firmware_end
ravelin_sim_firmware_end:

        .section .note.GNU-stack, "", %progbits

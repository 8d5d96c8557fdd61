// SPDX-License-Identifier: BSD-2-Clause

// What virtual machines begin with.

        .macro  image name, file
        .balign 8
        .globl  image_\name
image_\name:
        .incbin "\file"
        .globl  image_\name\()_end
image_\name\()_end:
        .endm

        .section .rodata
        image   interrupts_guest, "interrupts_guest.img"
        image   machine_tree, "virtual_machine.dtb"
        image   spin, "guest_spin.bin"
        image   storm, "guest_storm.bin"
        image   wires, "guest_wires.bin"

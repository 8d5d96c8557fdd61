// SPDX-License-Identifier: BSD-2-Clause
#include "vms/guests/image.inc"

// What virtual machines begin with.

        .section .rodata
        file    hostile_tree, "hostile_tree.dtb"
        image   victim
        image   witness_with_initramfs
        image   witness_of_others
        image   witness_of_the_past

// SPDX-License-Identifier: BSD-2-Clause
#include "vms/guests/image.inc"

// What virtual machines begin with.

        .section .rodata
        .irp    name, interrupts_guest, spin, storm, wires
        image   \name
        .endr

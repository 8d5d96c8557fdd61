// SPDX-License-Identifier: BSD-2-Clause
#include "vms/guests/image.inc"

// What is verified.

        .section .rodata
        image   boot
        image   boot_large

// SPDX-License-Identifier: BSD-2-Clause
#include "vms/guests/image.inc"

// What is started, and isn't.

        .section .rodata
        image   boot

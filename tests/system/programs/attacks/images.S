// SPDX-License-Identifier: BSD-2-Clause
#include "vms/guests/image.inc"

// What virtual machines begin with.

        .section .rodata
        image   victim

// SPDX-License-Identifier: BSD-2-Clause
#include "vms/guests/image.inc"

// The guest.

        .section .rodata
        image   errands

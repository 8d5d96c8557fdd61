// SPDX-License-Identifier: BSD-2-Clause
#include "image.inc"

// The guests.

        .section .rodata
        .irp    name, calls, fp, hidden, memory, mmio, plain, registers, secret, sharing, smp, spin, stage1, trips
        image   \name
        .endr

// SPDX-License-Identifier: BSD-2-Clause
#include "vms/guests/image.inc"

// What the host tells the guest firmware.

        .section .rodata
        file    guest_tree, "linux_guest.dtb"

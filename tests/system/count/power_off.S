// SPDX-License-Identifier: BSD-2-Clause

// An init for arm64 Linux that only switches the machine off: what was executed until then is the boot.
// reboot (LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_POWER_OFF)  [reboot(2)]

        .text
        .globl  _start
_start:
        ldr     w0, =0xfee1dead             // LINUX_REBOOT_MAGIC1
        ldr     w1, =672274793              // LINUX_REBOOT_MAGIC2
        ldr     w2, =0x4321fedc             // LINUX_REBOOT_CMD_POWER_OFF
        mov     x8, #142                    // __NR_reboot
        svc     #0
        b       .                           // refused: whoever waits for the end gives up in time

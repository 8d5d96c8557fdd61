/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RAVELIN_FIRMWARE_LAYOUT_H
#define RAVELIN_FIRMWARE_LAYOUT_H

/* Numbers that assembly and C++ share. */

#define FIRMWARE_STACK_SIZE  16384
#define FIRMWARE_TABLE_PAGES 14

/* SCTLR_EL1: RES1 bits; with MMU, caches, stack alignment check, and nothing executable that is writable.
   [ARM DDI 0487, D17.2.118] */
#define FIRMWARE_SCTLR_OFF 0x30d00800
#define FIRMWARE_SCTLR_ON  0x30d8180d

/* TCR_EL1: 48-bit VA in the lower half alone, 40-bit PA, 4 KiB granule, walks write-back and inner shareable.
   [D17.2.131] */
#define FIRMWARE_TCR 0x200803510

/* MAIR_EL1: Normal write-back. */
#define FIRMWARE_MAIR 0xff

/* CPACR_EL1.FPEN: nothing traps. The libraries were built to use SIMD registers. [D17.2.29] */
#define FIRMWARE_CPACR 0x300000

#endif

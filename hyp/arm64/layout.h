/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RAVELIN_ARM64_LAYOUT_H
#define RAVELIN_ARM64_LAYOUT_H

/* Numbers that assembly and C++ share. */

#define RAVELIN_MAX_CPUS 8

/* Each CPU's stack of EL2, behind a page that is never mapped: running over it faults. */
#define RAVELIN_STACK_GUARD 4096
#define RAVELIN_STACK_SIZE  16384
#define RAVELIN_STACK_SPAN  (RAVELIN_STACK_GUARD + RAVELIN_STACK_SIZE)

/* What is left free above the stack: where the registers of who was interrupted are. */
#define RAVELIN_STACK_TOP 16

/* In hal::Cpu: the stack as it is when a lower level runs. */
#define RAVELIN_CPU_STACK 8

/* X0-X30 on the stack for exceptions of EL2's own, and 8 bytes that keep it aligned. */
#define RAVELIN_FRAME_SIZE 256

/* SCTLR_EL2: RES1 bits; with MMU, caches, stack alignment check, and nothing executable that is writable.
   [ARM DDI 0487, D17.2.119] */
#define RAVELIN_SCTLR_EL2_OFF 0x30c50830
#define RAVELIN_SCTLR_EL2_ON  0x30cd183d

/* TCR_EL2: 39-bit VA, 40-bit PA, 4 KiB granule, walks write-back and inner shareable. [D17.2.132] */
#define RAVELIN_TCR_EL2 0x80823519

/* MAIR_EL2: see El2Stage1Format. */
#define RAVELIN_MAIR_EL2 0x04ff

/* CPTR_EL2: RES1 bits; nothing traps. [D17.2.30] */
#define RAVELIN_CPTR_EL2 0x33ff

/* CurrentEL at EL2. */
#define RAVELIN_CURRENT_EL2 8

/* CPUACTLR_EL1 of the Cortex-A72, bit 32: disables instruction prefetch, for erratum 859971. */
#define RAVELIN_A72_PART                 0xd08
#define RAVELIN_A72_DISABLE_PREFETCH_BIT 32

#endif

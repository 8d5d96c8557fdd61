/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RAVELIN_TESTS_EL1_LAYOUT_H
#define RAVELIN_TESTS_EL1_LAYOUT_H

/* Numbers that assembly and C++ share. */

#define EL1_MAX_CPUS   8
#define EL1_STACK_SIZE 16384

/* SCTLR_EL1: RES1 bits; then with MMU, caches, and what EL0 may do that tests want. [ARM DDI 0487, D17.2.118]
 */
#define EL1_SCTLR_OFF 0x30d00800
#define EL1_SCTLR_ON  0x34d0d805 /* M, C, I, DZE, UCT, UCI */

/* TCR_EL1: two 39-bit regions, 4 KiB granule, walks write-back and inner shareable, 44-bit PA. [D17.2.131] */
#define EL1_TCR 0x4b5193519

/* MAIR_EL1: see memory.cpp. */
#define EL1_MAIR 0x4404ff

/* CPACR_EL1: nothing traps. libfdt was built to use SIMD registers. [D17.2.29] */
#define EL1_CPACR 0x300000

/* Struct Context, offsets. */
#define EL1_CONTEXT_SP     248
#define EL1_CONTEXT_PC     256
#define EL1_CONTEXT_PSTATE 264
#define EL1_CONTEXT_VECTOR 272
#define EL1_CONTEXT_ESR    280
#define EL1_CONTEXT_FAR    288
#define EL1_CONTEXT_ELR    296
#define EL1_CONTEXT_SPSR   304

/* Struct Cpu, offsets. */
#define EL1_CPU_CONTEXT 0
#define EL1_CPU_STACK   8

/* Struct CpuStart, offsets. */
#define EL1_START_STACK 0
#define EL1_START_CPU   8

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RAVELIN_ABI_SMCCC_H
#define RAVELIN_ABI_SMCCC_H

/*
 * SMC Calling Convention: how a function identifier in W0 is put together, and
 * the calls of the Arm Architecture service that Ravelin answers.
 * [ARM DEN 0028, sections 2.5, 7]
 */

#define SMCCC_64BIT 0x40000000u /* bit 30: arguments are X registers */

#define SMCCC_VERSION       0x80000000u /* -> version: major << 16 | minor */
#define SMCCC_ARCH_FEATURES 0x80000001u /* W1 function id -> 0, or NOT_SUPPORTED */

#define SMCCC_VERSION_1_1 0x00010001u

/* Results of the Arm Architecture service. [7.1] */
#define SMCCC_SUCCESS           0
#define SMCCC_NOT_SUPPORTED     (-1)
#define SMCCC_INVALID_PARAMETER (-3)

#endif

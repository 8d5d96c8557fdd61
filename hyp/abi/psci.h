/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RAVELIN_ABI_PSCI_H
#define RAVELIN_ABI_PSCI_H

/*
 * Power State Coordination Interface 1.1: the functions that Ravelin offers to
 * its host. A number with bit 30 set takes X registers.  [ARM DEN 0022, section 5]
 *
 * From SYSTEM_OFF and SYSTEM_RESET on all VMs are dying. While a vCPU of one runs on
 * another CPU the call is made again and again, and interrupts are taken in between;
 * then what VMs own is zeroed, and the machine ends.
 */

#define PSCI_VERSION           0x84000000u /* -> major << 16 | minor */
#define PSCI_CPU_SUSPEND_32    0x84000001u /* power_state, entry, context */
#define PSCI_CPU_SUSPEND_64    0xC4000001u
#define PSCI_CPU_OFF           0x84000002u /* returns only to say why not */
#define PSCI_CPU_ON_32         0x84000003u /* target affinity, entry, context */
#define PSCI_CPU_ON_64         0xC4000003u
#define PSCI_AFFINITY_INFO_32  0x84000004u /* target affinity, lowest level -> PSCI_AFFINITY_* */
#define PSCI_AFFINITY_INFO_64  0xC4000004u
#define PSCI_MIGRATE_INFO_TYPE 0x84000006u /* -> PSCI_NO_MIGRATION */
#define PSCI_SYSTEM_OFF        0x84000008u
#define PSCI_SYSTEM_RESET      0x84000009u
#define PSCI_FEATURES          0x8400000Au /* function id -> feature bits, or NOT_SUPPORTED */

#define PSCI_VERSION_1_1 0x00010001u

/* There is no trusted OS that a core would have to keep. [5.9] */
#define PSCI_NO_MIGRATION 2

/* CPU_SUSPEND's power_state: a power-down, which loses the core's context. [5.4.2, original format] */
#define PSCI_POWER_STATE_DOWN (1u << 16)

/* AFFINITY_INFO. [5.7] */
#define PSCI_AFFINITY_ON         0
#define PSCI_AFFINITY_OFF        1
#define PSCI_AFFINITY_ON_PENDING 2

/* Return codes. [5.2.2] */
#define PSCI_SUCCESS            0
#define PSCI_NOT_SUPPORTED      (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_ALREADY_ON         (-4)
#define PSCI_ON_PENDING         (-5)
#define PSCI_INTERNAL_FAILURE   (-6)
#define PSCI_INVALID_ADDRESS    (-9)

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RAVELIN_ABI_HOST_CALLS_H
#define RAVELIN_ABI_HOST_CALLS_H

/*
 * Calls that the host makes of Ravelin: HVC #0 under the SMC Calling Convention,
 * in the range of vendor-specific hypervisor services.  [ARM DEN 0028, 6]
 *
 * W0 holds the function id, X1-X7 the arguments. X0 returns a ravelin_status
 * where not said otherwise, X1-X3 the results; a call that returns fewer
 * results leaves the other registers as they were. tools/abi makes README.md of
 * these comments.
 */

/*
 * CALL_UID: the service's identity.
 * returns X0-X3: RAVELIN_UID_0 to RAVELIN_UID_3
 */
#define RAVELIN_CALL_UID 0x8600FF01u

/*
 * CALL_REVISION: the interface's version.
 * returns X0: RAVELIN_REVISION_MAJOR
 * returns X1: RAVELIN_REVISION_MINOR
 */
#define RAVELIN_CALL_REVISION 0x8600FF03u

/*
 * FEATURES: what this build offers.
 * returns X1: a mask of RAVELIN_FEATURE_*
 */
#define RAVELIN_FEATURES 0xC6000000u

/*
 * NULL: does nothing: the price of coming to EL2 and going back.
 */
#define RAVELIN_NULL 0xC6000001u

/*
 * TRAP_COUNT: how often a CPU came to EL2 for one cause since it started.
 * X1: number of the CPU
 * X2: cause, enum ravelin_trap_cause
 * returns X1: the count
 * INVALID: no such CPU; no such cause
 */
#define RAVELIN_TRAP_COUNT 0xC6000002u

/* b2c7f8a6-3f0e-4a57-9a8c-52617665 6c6e: "Raveln" in its node. */
#define RAVELIN_UID_0 0xa6f8c7b2u
#define RAVELIN_UID_1 0x574a0e3fu
#define RAVELIN_UID_2 0x61528c9au
#define RAVELIN_UID_3 0x6e6c6576u

#define RAVELIN_REVISION_MAJOR 1u
#define RAVELIN_REVISION_MINOR 0u

#define RAVELIN_FEATURE_TRAP_COUNT (1u << 0)
#define RAVELIN_FEATURE_VMS        (1u << 1) /* the calls of vm_calls.h, to VM_RECLAIM */
#define RAVELIN_FEATURE_VM_GIC     (1u << 2) /* the others, and PSCI of guests */

/* What brought a CPU to EL2 while the host ran. */
enum ravelin_trap_cause {
    RAVELIN_TRAP_HVC,            /* hypervisor call */
    RAVELIN_TRAP_SMC,            /* secure monitor call */
    RAVELIN_TRAP_DATA_FORBIDDEN, /* load or store of what the host may not reach */
    RAVELIN_TRAP_CODE_FORBIDDEN, /* fetch from what the host may not reach */
    RAVELIN_TRAP_FORWARDED,      /* access to a device, or to the OS lock, that Ravelin stands in front of */
    RAVELIN_TRAP_UNDEFINED,      /* register or instruction that the host may not use */
    RAVELIN_TRAP_INTERRUPT,      /* interrupt or SError routed to EL2 */
    RAVELIN_TRAP_CAUSES
};

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RAVELIN_ABI_GUEST_CALLS_H
#define RAVELIN_ABI_GUEST_CALLS_H

/*
 * Calls that a guest makes of Ravelin, by HVC #0 or SMC #0: SMCCC_VERSION and
 * SMCCC_ARCH_FEATURES of the SMC Calling Convention; PSCI 1.1; and the interface that
 * pKVM has published for its guests, so that a kernel which knows pKVM needs nothing
 * else. [Linux, Documentation/virt/kvm/arm/hypercalls, pkvm]
 *
 * Of PSCI there are VERSION, FEATURES, CPU_SUSPEND, CPU_OFF, CPU_ON, AFFINITY_INFO,
 * MIGRATE_INFO_TYPE, SYSTEM_OFF and SYSTEM_RESET. [ARM DEN 0022, 5]
 * - vCPU n has affinity n. A target or a lowest level that isn't 0 where there is no
 *   such vCPU or level is INVALID_PARAMETERS.
 * - CPU_ON starts a vCPU at EL1 with MMU and caches off, all interrupts masked, X0 as
 *   given, its timers off, all other registers 0. An entry that isn't in the VM's RAM or
 *   no multiple of 4 is INVALID_ADDRESS. Checked in this order: target, entry, whether
 *   it's on (ALREADY_ON) or about to be (ON_PENDING). The host is told (EXIT_WAKE).
 * - CPU_SUSPEND with a reserved bit set in its power_state is INVALID_PARAMETERS; else it
 *   waits as WFI does, whatever the state, and returns SUCCESS.
 *
 * Function id in W0, arguments in X1-X3, result in X0 (SMCCC codes), and what is said.
 * Any other call returns SMCCC_NOT_SUPPORTED. Registers that return nothing keep their
 * values. tools/abi makes README.md of these comments.
 */

/*
 * GUEST_CALL_UID: the service's identity.
 * returns X0-X3: RAVELIN_GUEST_UID_0 to RAVELIN_GUEST_UID_3
 */
#define RAVELIN_GUEST_CALL_UID 0x8600FF01u

/* pKVM's UID, b66fb428-e911-c52e-564b-caa9743a004d, as four words. */
#define RAVELIN_GUEST_UID_0 0xb66fb428u
#define RAVELIN_GUEST_UID_1 0xe911c52eu
#define RAVELIN_GUEST_UID_2 0x564bcaa9u
#define RAVELIN_GUEST_UID_3 0x743a004du

/*
 * GUEST_FEATURES: which of these calls there are.
 * returns X0: a bit for each function number; for a plain VM only bit 0
 * returns X1-X3: 0
 */
#define RAVELIN_GUEST_FEATURES 0x86000000u

/*
 * GUEST_MEMINFO: how fine memory can be shared. Protected VMs only.
 * X1-X3: 0
 * returns X0: bytes, a page
 * INVALID_PARAMETER: an argument isn't 0
 */
#define RAVELIN_GUEST_MEMINFO 0xC6000002u

/*
 * GUEST_SHARE: lets the host reach a page. Protected VMs only.
 * X1: IPA of the page
 * X2-X3: 0
 * INVALID_PARAMETER: X1 is no page of the VM's RAM, or is shared already; X2 or X3 isn't 0
 * after: VM and host reach the page. If it wasn't there the host was asked for it first (EXIT_PAGE)
 */
#define RAVELIN_GUEST_SHARE 0xC6000003u

/*
 * GUEST_UNSHARE: ends that. Protected VMs only.
 * X1: IPA of the page
 * X2-X3: 0
 * INVALID_PARAMETER: X1 is no page that the VM has shared; X2 or X3 isn't 0
 * after: the host doesn't reach the page
 */
#define RAVELIN_GUEST_UNSHARE 0xC6000004u

/*
 * GUEST_MMIO_GUARD: asks that a page be treated as MMIO, as all is that isn't RAM. Protected VMs only.
 * X1: IPA of the page
 * X2-X3: 0
 * INVALID_PARAMETER: X1 isn't page aligned, is RAM or not below the VM's IPA bits; X2 or X3 isn't 0
 */
#define RAVELIN_GUEST_MMIO_GUARD 0xC6000007u

/*
 * GUEST_REFUSE: the guest firmware doesn't start what the host gave it. Protected VMs only; not one of pKVM's.
 * X1: why, enum ravelin_refusal, 32 bits
 * X2-X3: 0
 * INVALID_PARAMETER: X1 is larger, X2 or X3 isn't 0
 * after: all vCPUs are off for good; the host is told (EXIT_REFUSED)
 */
#define RAVELIN_GUEST_REFUSE 0xC6000030u

#endif

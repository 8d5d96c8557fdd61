/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RAVELIN_ABI_VM_CALLS_H
#define RAVELIN_ABI_VM_CALLS_H

/*
 * Calls by which the host makes, feeds, runs and ends virtual machines: HVC #0,
 * function id in W0, arguments in X1-X7, status in X0, results from X1 on.
 * tools/abi makes README.md of these comments.
 *
 * In all of them:
 * - A VM is named by the handle that VM_CREATE returned. A handle that names no
 *   VM (any more) is INVALID.
 * - Addresses are multiples of a page of 4 KiB. A range of host memory must be RAM
 *   that is the host's alone: not Ravelin's, not a VM's, and, where it is given
 *   away, not lent to a VM; else DENIED.
 * - A call that fails changes nothing. When several things are wrong, statuses are
 *   checked in the order in which the call lists them.
 * - Pages of one call: 1 to RAVELIN_BATCH_PAGES; or RAVELIN_BLOCK_PAGES where the
 *   call says "or a block", for which IPA and PA are multiples of 2 MiB.
 */

#define RAVELIN_PAGE_SIZE   4096u
#define RAVELIN_BATCH_PAGES 64u
#define RAVELIN_BLOCK_PAGES 512u

/* How much of everything there can be. The low 8 bits of a handle are its VM's place, 0 to RAVELIN_MAX_VMS - 1: no two
   VMs that are alive have the same. */
#define RAVELIN_MAX_VMS        250u
#define RAVELIN_VM_PLACE       0xffu
#define RAVELIN_MAX_VCPUS      8u
#define RAVELIN_MAX_RAM_RANGES 8u
#define RAVELIN_MIN_IPA_BITS   32u
#define RAVELIN_MAX_IPA_BITS   40u

/* Pages that a VM's control block and the root of its stage 2 take, aligned to their size; and a vCPU's. */
#define RAVELIN_VM_PAGES   4u
#define RAVELIN_VCPU_PAGES 1u

/*
 * VM_CREATE: makes a VM without memory.
 * X1: PA of RAVELIN_VM_PAGES pages, a multiple of their size
 * X2: properties: RAVELIN_VM_IPA_BITS, RAVELIN_VM_PROTECTED
 * X3: number of vCPUs that it may have
 * returns X1: handle, never 0
 * INVALID: X1 is no multiple of 16 KiB; X2 has other bits or IPA bits out of range; X3 is 0 or above
 *   RAVELIN_MAX_VCPUS
 * NO_MEMORY: RAVELIN_MAX_VMS are alive
 * DENIED: a page isn't the host's to give
 * after: the pages are the VM's; the VM is new
 */
#define RAVELIN_VM_CREATE 0xC6000010u

#define RAVELIN_VM_IPA_BITS  0xffu     /* bits of IPA: RAVELIN_MIN_IPA_BITS to RAVELIN_MAX_IPA_BITS */
#define RAVELIN_VM_PROTECTED (1u << 8) /* the host can't reach its memory and registers; else the VM is plain */

/*
 * VM_FIND: finds VMs, one after another, so that a host can end those of which it doesn't know: another kernel's,
 *   before it.
 * X1: the first place to look at
 * returns X1: handle of the VM in the first place from there on that has one; 0 if none has
 */
#define RAVELIN_VM_FIND 0xC6000022u

/*
 * ID_REGISTER: what VMs read in an ID register, S3_0_C0_Cm_op2.
 * X1: CRm << 3 | op2, 8 to 63
 * X2: bits of IPA of the VM, RAVELIN_MIN_IPA_BITS to RAVELIN_MAX_IPA_BITS
 * returns X1: the value
 * INVALID: X1 or X2 out of range
 */
#define RAVELIN_ID_REGISTER 0xC6000023u

/*
 * VM_ADD_RAM: declares a range of RAM. Faults in RAM ask for a page; all others are MMIO, but for those of
 *   the VM's GIC. In a plain VM's RAM the host may also answer as a device does: all that isn't the GIC's can be RAM.
 * X1: handle
 * X2: IPA
 * X3: bytes, a multiple of the page size, not 0
 * INVALID: no such VM; not page aligned, empty, or not below the VM's IPA bits
 * DENIED: the VM isn't new
 * EXISTS: it overlaps RAM that is declared, or the VM's GIC
 * NO_MEMORY: RAVELIN_MAX_RAM_RANGES are declared
 */
#define RAVELIN_VM_ADD_RAM 0xC6000011u

/*
 * VM_TOP_UP: gives a VM pages for its translation tables.
 * X1: handle
 * X2: PA
 * X3: pages
 * INVALID: no such VM; X2 not page aligned; X3 out of range
 * DENIED: the VM is dying; a page isn't the host's to give
 * after: the pages are the VM's, and nobody reaches them
 */
#define RAVELIN_VM_TOP_UP 0xC6000012u

/*
 * VM_DONATE: gives pages to a protected VM, which is their owner until it is torn down.
 * X1: handle
 * X2: IPA
 * X3: PA
 * X4: pages, or a block
 * INVALID: no such VM; not page aligned; X4 out of range; not all in one range of its RAM
 * DENIED: the VM is plain, or dying; a page isn't the host's to give
 * EXISTS: something is at one of the IPAs
 * NO_MEMORY: the VM has too few pages for tables: VM_TOP_UP, and call again
 * after: the pages are the VM's, and the host doesn't reach them. If the VM is new they hold what the host
 * left in them; else zeros
 */
#define RAVELIN_VM_DONATE 0xC6000013u

/*
 * VM_LEND: lets a plain VM reach pages that stay the host's.
 * X1: handle
 * X2: IPA
 * X3: PA
 * X4: pages, or a block
 * X5: RAVELIN_WRITABLE or 0
 * INVALID: no such VM; not page aligned; X4 or X5 out of range; not all in one range of its RAM
 * DENIED: the VM is protected, or dying; a page isn't the host's, or is lent RAVELIN_MAX_LOANS times
 * EXISTS: something is at one of the IPAs
 * NO_MEMORY: the VM has too few pages for tables: VM_TOP_UP, and call again
 * after: host and VM reach the pages
 */
#define RAVELIN_VM_LEND 0xC6000014u

#define RAVELIN_WRITABLE  1u
#define RAVELIN_MAX_LOANS 0xffffu

/*
 * VM_PROTECT: changes how a plain VM reaches pages; where it has none, nothing changes.
 * X1: handle
 * X2: IPA
 * X3: pages, or a block
 * X4: RAVELIN_WRITABLE or 0
 * INVALID: no such VM; not page aligned; X3 or X4 out of range; not below the VM's IPA bits, or its GIC's
 * DENIED: the VM is protected, or dying
 * NO_MEMORY: a block has to be split, and the VM has no page for a table: VM_TOP_UP, and call again
 */
#define RAVELIN_VM_PROTECT 0xC6000015u

/*
 * VM_UNMAP: takes back what was lent to a plain VM; where it has none, nothing changes.
 * X1: handle
 * X2: IPA
 * X3: pages, or a block
 * INVALID: no such VM; not page aligned; X3 out of range; not below the VM's IPA bits, or its GIC's
 * DENIED: the VM is protected, or dying
 * NO_MEMORY: a block has to be split, and the VM has no page for a table: VM_TOP_UP, and call again
 * after: the VM doesn't reach the pages
 */
#define RAVELIN_VM_UNMAP 0xC6000016u

/*
 * VCPU_CREATE: makes a vCPU.
 *   A protected VM's vCPU 0 starts in Ravelin's guest firmware, and nowhere else: boot.h. All others are off, until
 *   the VM turns them on.
 * X1: handle
 * X2: number, below what VM_CREATE was told
 * X3: PA of RAVELIN_VCPU_PAGES pages
 * X4: PC at its first instruction, at EL1 with MMU and caches off, all interrupts masked. Of a protected VM's vCPU 0:
 *   where its firmware goes, RAVELIN_FIRMWARE_PAGES pages of RAM that are there
 * X5: X0 at its first instruction; all other registers are 0. Of a protected VM's vCPU 0: what the firmware is told of
 *   the device tree
 * X6: RAVELIN_VCPU_OFF, or 0
 * INVALID: no such VM; X2 out of range; X3 or X4 misaligned; X6 has other bits; in a protected VM, vCPU 0 is to be off
 *   or another is not; the firmware's pages aren't aligned, not all RAM, or one isn't there
 * DENIED: the VM isn't new; a page isn't the host's to give
 * EXISTS: there is that vCPU
 * after: the pages are the VM's; what was in the firmware's is gone
 */
#define RAVELIN_VCPU_CREATE 0xC6000017u

#define RAVELIN_VCPU_OFF (1u << 0) /* it begins where a vCPU of its VM says that turns it on */

/*
 * VCPU_RUN: runs a vCPU on this CPU, until something needs the host.
 * X1: handle
 * X2: number
 * X3: what a load reads, if the host has made one that this vCPU's last exit told of
 * X4: RAVELIN_RUN_DONE after an EXIT_PAGE with a RAVELIN_MMIO_SIZE: the host has made the access as a device; else the
 *   vCPU makes it again. RAVELIN_RUN_DONE_ONLY: the same, and then an EXIT_INTERRUPT, whatever the last exit was
 * returns X1: RAVELIN_EXIT_*
 * returns X2-X4: as the exit says, else 0
 * INVALID: no such VM; no such vCPU
 * DENIED: the VM is dying
 * BUSY: the vCPU runs on another CPU
 * after: the VM isn't new any more. All registers of the host but X0-X4 are as they were
 */
#define RAVELIN_VCPU_RUN 0xC6000018u

#define RAVELIN_RUN_DONE      1u
#define RAVELIN_RUN_DONE_ONLY 2u

/* An interrupt, or another event, that is the host's. */
#define RAVELIN_EXIT_INTERRUPT 0u
/* A page of RAM isn't there, or is read-only in a plain VM. X2: IPA; of a protected VM, of the page. X3: of a plain VM,
   RAVELIN_MMIO_*; else 0. X4: of a plain VM, what a store writes if X3 has a RAVELIN_MMIO_SIZE, FAR_EL2 if not; else 0.
   */
#define RAVELIN_EXIT_PAGE 1u
/* A load or store outside RAM. X2: IPA. X3: RAVELIN_MMIO_*. X4: what a store writes, zero-extended. */
#define RAVELIN_EXIT_MMIO 2u
/* The vCPU waits for an interrupt, and is worth running again when one has come. X2: what CNTPCT_EL0 will be
   when its next timer runs out; 0 if an interrupt has come already; all ones if no timer runs. */
#define RAVELIN_EXIT_WFI 3u
/* Other vCPUs have something to do, and don't run. X2: a bit for each. This one goes on when it runs again. */
#define RAVELIN_EXIT_WAKE 4u
/* The vCPU is off: it isn't worth running again before an EXIT_WAKE names it. */
#define RAVELIN_EXIT_OFF 5u
/* The VM has turned itself off, or asks to be started anew: all its vCPUs are off; one that runs without a GIC sees it
   at its next exit. A protected VM's stay so. */
#define RAVELIN_EXIT_SYSTEM_OFF   6u
#define RAVELIN_EXIT_SYSTEM_RESET 7u
/* The guest firmware of a protected VM doesn't start what the host gave it: all its vCPUs are off for good. X2: why,
   enum ravelin_refusal. */
#define RAVELIN_EXIT_REFUSED 8u

#define RAVELIN_MMIO_SIZE  0xfu /* bytes: 1, 2, 4 or 8; 0: nothing says which register is to be loaded or stored */
#define RAVELIN_MMIO_WRITE (1u << 4)
#define RAVELIN_MMIO_FETCH (1u << 5) /* of an instruction */

/*
 * VCPU_GET: reads a register of a plain VM's vCPU.
 * X1: handle
 * X2: number
 * X3: register, RAVELIN_REGISTER_*
 * returns X1: value
 * INVALID: no such VM; no such vCPU; no such register
 * DENIED: the VM is protected, or dying
 * BUSY: the vCPU runs
 */
#define RAVELIN_VCPU_GET 0xC6000019u

/*
 * VCPU_SET: writes a register of a plain VM's vCPU.
 * X1: handle
 * X2: number
 * X3: register, RAVELIN_REGISTER_*
 * X4: value
 * INVALID: no such VM; no such vCPU; no such register; a PSTATE that isn't AArch64 at EL0 or EL1,
 *   or AArch32 at EL0; a POWER above 1
 * DENIED: the VM is protected, or dying
 * BUSY: the vCPU runs
 */
#define RAVELIN_VCPU_SET 0xC600001Au

/*
 * VM_DESTROY: begins to tear a VM down. From now on no vCPU starts to run; one that does goes on until
 *   its next exit.
 * X1: handle
 * INVALID: no such VM
 * after: the VM is dying
 */
#define RAVELIN_VM_DESTROY 0xC600001Bu

/*
 * VM_RECLAIM: gives the host back some of what a dying VM has: at most RAVELIN_BATCH_PAGES pages, or a block.
 * X1: handle
 * INVALID: no such VM
 * DENIED: the VM isn't dying
 * BUSY: a vCPU still runs: make its CPU exit, and call again
 * AGAIN: there is more: call again
 * after: what came back is the host's, and was zeroed if the VM owned it. After SUCCESS the handle names no
 * VM
 */
#define RAVELIN_VM_RECLAIM 0xC600001Cu

/*
 * VM_SET_GIC: gives a VM an interrupt controller: a GICv2 without security extension, two groups, five bits of
 *   priority. It takes a page of those for tables.  [IHI 0048B]
 * X1: handle
 * X2: IPA of the distributor, RAVELIN_GICD_PAGES pages
 * X3: IPA of the CPU interface, RAVELIN_GICC_PAGES pages
 * X4: INTIDs: a multiple of 32, 32 to 1024; 1020 to 1023 don't exist
 * INVALID: no such VM; X2 or X3 not page aligned, not below the VM's IPA bits, or one over the other; X4 out
 *   of range
 * DENIED: the VM isn't new
 * EXISTS: it has one, or RAM is there
 * NO_MEMORY: the VM has too few pages for tables: VM_TOP_UP, and call again
 */
#define RAVELIN_VM_SET_GIC 0xC600001Du

#define RAVELIN_GICD_PAGES 1u
#define RAVELIN_GICC_PAGES 2u
#define RAVELIN_MIN_INTIDS 32u
#define RAVELIN_MAX_INTIDS 1024u

/*
 * VM_SET_TIME: sets how far a VM's virtual count is behind the physical one; at first it isn't.
 * X1: handle
 * X2: CNTVOFF_EL2, ticks
 * INVALID: no such VM
 * DENIED: the VM is protected, and not new; it's dying
 * BUSY: a vCPU of the VM runs
 */
#define RAVELIN_VM_SET_TIME 0xC600001Eu

/*
 * VM_SET_LINE: raises or lowers the wire of a shared peripheral interrupt. Running vCPUs are told.
 * X1: handle
 * X2: INTID, 32 or above
 * X3: level, 0 or 1
 * returns X1: vCPUs to run that don't, a bit for each
 * INVALID: no such VM; the VM has no GIC with that INTID; X2 below 32; X3 above 1
 * DENIED: the VM is dying
 */
#define RAVELIN_VM_SET_LINE 0xC600001Fu

/*
 * GIC_GET: reads a register of a plain VM's GIC, without what a guest's read does besides.
 * X1: handle
 * X2: number of the vCPU whose banked registers are meant
 * X3: offset in the distributor, or RAVELIN_GICC + offset in the CPU interface: of its CTLR, PMR, BPR, ABPR
 *   and APR0
 * returns X1: value; 0 where there is no register
 * INVALID: no such VM; no such vCPU; the VM has no GIC; X3 is no multiple of 4, not below 4096 and none of
 *   the CPU interface's
 * DENIED: the VM is protected, or dying
 * BUSY: a vCPU of the VM runs
 */
#define RAVELIN_GIC_GET 0xC6000020u

/*
 * GIC_SET: writes a register of a plain VM's GIC, as the guest would; GICD_SGIR sends nothing.
 * X1: handle
 * X2: number of the vCPU whose banked registers are meant
 * X3: as for GIC_GET
 * X4: value, 32 bits
 * INVALID: no such VM; no such vCPU; the VM has no GIC; X3 as for GIC_GET; X4 out of range
 * DENIED: the VM is protected, or dying
 * BUSY: a vCPU of the VM runs
 */
#define RAVELIN_GIC_SET 0xC6000021u

#define RAVELIN_GICC 0x1000u

/* Registers of a vCPU, for VCPU_GET and VCPU_SET. */
enum ravelin_register {
    RAVELIN_REGISTER_X0         = 0, /* X0 to X30 */
    RAVELIN_REGISTER_PC         = 31,
    RAVELIN_REGISTER_PSTATE     = 32,
    RAVELIN_REGISTER_CPACR_EL1  = 33,
    RAVELIN_REGISTER_CSSELR_EL1 = 34,
    RAVELIN_REGISTER_TTBR0_EL1  = 35,
    RAVELIN_REGISTER_TTBR1_EL1  = 36,
    RAVELIN_REGISTER_SPSR_EL1   = 37,
    RAVELIN_REGISTER_ELR_EL1    = 38,
    RAVELIN_REGISTER_SP_EL0     = 39,
    RAVELIN_REGISTER_SP_EL1     = 40,
    RAVELIN_REGISTER_AFSR0_EL1  = 41,
    RAVELIN_REGISTER_AFSR1_EL1  = 42,
    RAVELIN_REGISTER_ESR_EL1    = 43,
    RAVELIN_REGISTER_FAR_EL1    = 44,
    RAVELIN_REGISTER_PAR_EL1    = 45,
    RAVELIN_REGISTER_MAIR_EL1   = 46,
    RAVELIN_REGISTER_AMAIR_EL1  = 47,
    RAVELIN_REGISTER_VBAR_EL1   = 48,
    RAVELIN_REGISTER_CONTEXTIDR = 49,
    RAVELIN_REGISTER_TPIDR_EL1  = 50,
    RAVELIN_REGISTER_TPIDR_EL0  = 51,
    RAVELIN_REGISTER_TPIDRRO    = 52,
    RAVELIN_REGISTER_CNTKCTL    = 53,
    RAVELIN_REGISTER_SCTLR_EL1  = 54,
    RAVELIN_REGISTER_TCR_EL1    = 55,
    RAVELIN_REGISTER_MDSCR_EL1  = 56,
    RAVELIN_REGISTER_FPCR       = 57,
    RAVELIN_REGISTER_FPSR       = 58,
    RAVELIN_REGISTER_CNTV_CTL   = 59, /* ENABLE and IMASK */
    RAVELIN_REGISTER_CNTV_CVAL  = 60,
    RAVELIN_REGISTER_CNTP_CTL   = 61, /* ENABLE and IMASK */
    RAVELIN_REGISTER_CNTP_CVAL  = 62,
    RAVELIN_REGISTER_POWER      = 63, /* 1: on, or about to be; 0: off */
    RAVELIN_REGISTER_V0_LOW     = 64, /* V0 to V31, each as a low and a high half: 64 + 2n, 65 + 2n */
    RAVELIN_REGISTERS           = 128
};

#endif

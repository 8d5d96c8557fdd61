// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers of a vCPU as KVM numbers them. Of a protected VM's vCPU what is set before the VM starts is kept
 * here, for who looks for a device tree in X0; what is set later has no effect. Reading gives what was set.
 */

#include <linux/uaccess.h>
#include <uapi/linux/psci.h>

#include <asm/arch_timer.h>
#include <asm/cputype.h>
#include <asm/sysreg.h>

#include "vcpu.h"

#define CORE(field) (KVM_REG_ARM64 | KVM_REG_ARM_CORE | KVM_REG_ARM_CORE_REG(field))
#define SYSTEM(op0, op1, crn, crm, op2) ARM64_SYS_REG(op0, op1, crn, crm, op2)

#define RESET_PSTATE (PSR_MODE_EL1h | PSR_A_BIT | PSR_F_BIT | PSR_I_BIT | PSR_D_BIT)
#define RESET_SCTLR 0x30d00800UL /* bits that read as one  [ARM DDI 0487, D17.2.118] */

struct entry {
	u64 id;
	u32 which; /* enum ravelin_register */
};

static const struct entry entries[] = {
	{ CORE(regs.sp) | KVM_REG_SIZE_U64, RAVELIN_REGISTER_SP_EL0 },
	{ CORE(regs.pc) | KVM_REG_SIZE_U64, RAVELIN_REGISTER_PC },
	{ CORE(regs.pstate) | KVM_REG_SIZE_U64, RAVELIN_REGISTER_PSTATE },
	{ CORE(sp_el1) | KVM_REG_SIZE_U64, RAVELIN_REGISTER_SP_EL1 },
	{ CORE(elr_el1) | KVM_REG_SIZE_U64, RAVELIN_REGISTER_ELR_EL1 },
	{ CORE(spsr[KVM_SPSR_EL1]) | KVM_REG_SIZE_U64, RAVELIN_REGISTER_SPSR_EL1 },
	{ CORE(fp_regs.fpsr) | KVM_REG_SIZE_U32, RAVELIN_REGISTER_FPSR },
	{ CORE(fp_regs.fpcr) | KVM_REG_SIZE_U32, RAVELIN_REGISTER_FPCR },
	{ SYSTEM(3, 0, 1, 0, 2), RAVELIN_REGISTER_CPACR_EL1 },
	{ SYSTEM(3, 2, 0, 0, 0), RAVELIN_REGISTER_CSSELR_EL1 },
	{ SYSTEM(3, 0, 2, 0, 0), RAVELIN_REGISTER_TTBR0_EL1 },
	{ SYSTEM(3, 0, 2, 0, 1), RAVELIN_REGISTER_TTBR1_EL1 },
	{ SYSTEM(3, 0, 5, 1, 0), RAVELIN_REGISTER_AFSR0_EL1 },
	{ SYSTEM(3, 0, 5, 1, 1), RAVELIN_REGISTER_AFSR1_EL1 },
	{ SYSTEM(3, 0, 5, 2, 0), RAVELIN_REGISTER_ESR_EL1 },
	{ SYSTEM(3, 0, 6, 0, 0), RAVELIN_REGISTER_FAR_EL1 },
	{ SYSTEM(3, 0, 7, 4, 0), RAVELIN_REGISTER_PAR_EL1 },
	{ SYSTEM(3, 0, 10, 2, 0), RAVELIN_REGISTER_MAIR_EL1 },
	{ SYSTEM(3, 0, 10, 3, 0), RAVELIN_REGISTER_AMAIR_EL1 },
	{ SYSTEM(3, 0, 12, 0, 0), RAVELIN_REGISTER_VBAR_EL1 },
	{ SYSTEM(3, 0, 13, 0, 1), RAVELIN_REGISTER_CONTEXTIDR },
	{ SYSTEM(3, 0, 13, 0, 4), RAVELIN_REGISTER_TPIDR_EL1 },
	{ SYSTEM(3, 3, 13, 0, 2), RAVELIN_REGISTER_TPIDR_EL0 },
	{ SYSTEM(3, 3, 13, 0, 3), RAVELIN_REGISTER_TPIDRRO },
	{ SYSTEM(3, 0, 14, 1, 0), RAVELIN_REGISTER_CNTKCTL },
	{ SYSTEM(3, 0, 1, 0, 0), RAVELIN_REGISTER_SCTLR_EL1 },
	{ SYSTEM(3, 0, 2, 0, 2), RAVELIN_REGISTER_TCR_EL1 },
	{ SYSTEM(2, 0, 0, 2, 2), RAVELIN_REGISTER_MDSCR_EL1 },
	{ SYSTEM(3, 3, 14, 2, 1), RAVELIN_REGISTER_CNTP_CTL },
	{ SYSTEM(3, 3, 14, 2, 2), RAVELIN_REGISTER_CNTP_CVAL },
	{ KVM_REG_ARM_TIMER_CTL, RAVELIN_REGISTER_CNTV_CTL },
	/* KVM's number of it is that of another register, by mistake, and stays so. */
	{ KVM_REG_ARM_TIMER_CVAL, RAVELIN_REGISTER_CNTV_CVAL },
};

#define X_REGISTERS 31
#define V_REGISTERS 32

/* SPSRs of modes that only AArch32 at EL1 has: there's none in a VM. They read as zero, and can be written.
 */
#define FIRST_SPSR_OF_AARCH32 KVM_SPSR_ABT

static u64 spsr(u32 i)
{
	return (CORE(spsr[0]) | KVM_REG_SIZE_U64) + 2 * i;
}

/* ID registers, of which Ravelin says what guests read: the last two digits. */
#define ID(crm, op2) SYSTEM(3, 0, 0, crm, op2)
#define FIRST_ID 8
#define LAST_ID 63

#define MIDR SYSTEM(3, 0, 0, 0, 0)
#define MPIDR SYSTEM(3, 0, 0, 0, 5)
#define REVIDR SYSTEM(3, 0, 0, 0, 6)
#define CLIDR SYSTEM(3, 1, 0, 0, 1)
#define AIDR SYSTEM(3, 1, 0, 0, 7)
#define CTR SYSTEM(3, 3, 0, 0, 1)
#define MPIDR_RES1 BIT_ULL(31)

static u64 x_register(u32 i)
{
	return (CORE(regs.regs[0]) | KVM_REG_SIZE_U64) + 2 * i;
}

static u64 v_register(u32 i)
{
	return (CORE(fp_regs.vregs[0]) | KVM_REG_SIZE_U128) + 4 * i;
}

/* ---- One register, as Ravelin numbers it */

static bool is_shadow(const struct rvl_vcpu *vcpu)
{
	return vcpu->vm->is_protected || !vcpu->made;
}

int rvl_get_register(struct rvl_vcpu *vcpu, u32 which, u64 *value)
{
	struct rvl_call call = { .x = { RAVELIN_VCPU_GET, vcpu->vm->handle, vcpu->number, which } };
	s64 status;

	if (is_shadow(vcpu)) {
		*value = vcpu->shadow[which];
		return 0;
	}
	status = rvl_hvc(&call);
	*value = call.x[1];
	return rvl_errno(status);
}

/* Whether a guest may be in it: AArch64 at EL1 or EL0, AArch32 at EL0. Ravelin asks the same. */
static bool is_guest_pstate(u64 value)
{
	u64 mode = value & PSR_MODE_MASK;

	return value & PSR_MODE32_BIT
		       ? mode == (PSR_AA32_MODE_USR & PSR_MODE_MASK)
		       : mode == PSR_MODE_EL1h || mode == PSR_MODE_EL1t || mode == PSR_MODE_EL0t;
}

int rvl_set_register(struct rvl_vcpu *vcpu, u32 which, u64 value)
{
	if (which == RAVELIN_REGISTER_PSTATE && !is_guest_pstate(value))
		return -EINVAL;
	if (is_shadow(vcpu)) {
		vcpu->shadow[which] = value;
		return 0;
	}
	return rvl_errno(rvl_do(VCPU_SET, vcpu->vm->handle, vcpu->number, which, value));
}

int rvl_reset_registers(struct rvl_vcpu *vcpu)
{
	int error = 0;
	u32 which;

	for (which = 0; which < RAVELIN_REGISTERS && !error; which++) {
		switch (which) {
		case RAVELIN_REGISTER_PSTATE:
			error = rvl_set_register(vcpu, which, RESET_PSTATE);
			break;
		case RAVELIN_REGISTER_SCTLR_EL1:
			error = rvl_set_register(vcpu, which, RESET_SCTLR);
			break;
		case RAVELIN_REGISTER_POWER:
			error = rvl_set_register(vcpu, which, !vcpu->power_off);
			break;
		default:
			error = rvl_set_register(vcpu, which, 0);
		}
	}
	return error;
}

/* Gives Ravelin what has been kept here of a vCPU that is made now. */
int rvl_write_registers(struct rvl_vcpu *vcpu)
{
	int error = 0;
	u32 which;

	for (which = 0; which < RAVELIN_REGISTERS && !error; which++)
		error = rvl_set_register(vcpu, which, vcpu->shadow[which]);
	return error;
}

/* ---- One register, as KVM numbers it */

/* The register and its size, in words of 64 bits, that @id names; false if it's none of Ravelin's. */
static bool find(u64 id, u32 *which, u32 *words)
{
	size_t i;

	*words = 1;
	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		if (entries[i].id == id) {
			*which = entries[i].which;
			return true;
		}
	}
	for (i = 0; i < X_REGISTERS; i++) {
		if (x_register(i) == id) {
			*which = RAVELIN_REGISTER_X0 + i;
			return true;
		}
	}
	for (i = 0; i < V_REGISTERS; i++) {
		if (v_register(i) == id) {
			*which = RAVELIN_REGISTER_V0_LOW + 2 * i;
			*words = 2;
			return true;
		}
	}
	return false;
}

/* How far a count that reads as @value now is behind the physical one. Once a protected VM has started its
 * time is its own; a plain one's is set while no vCPU runs. */
static int set_count(struct rvl_vm *vm, u64 value)
{
	u64 offset = arch_timer_read_counter() - value;
	int error = 0;

	mutex_lock(&vm->lock);
	if (vm->started && !vm->is_protected)
		error = rvl_errno(rvl_do(VM_SET_TIME, vm->handle, offset));
	if (!error && !(vm->started && vm->is_protected))
		vm->count_offset = offset;
	mutex_unlock(&vm->lock);
	return error;
}

/* What a register that never changes reads as. */
static int read_constant(const struct rvl_vcpu *vcpu, u64 id, u64 *value)
{
	struct rvl_call call = { .x = { RAVELIN_ID_REGISTER, 0, vcpu->vm->ipa_bits } };

	switch (id) {
	case KVM_REG_ARM_PSCI_VERSION:
		*value = 1 << PSCI_VERSION_MAJOR_SHIFT | 1;
		return 0;
	case MPIDR:
		*value = MPIDR_RES1 | vcpu->number;
		return 0;
	case MIDR:
		*value = read_cpuid_id();
		return 0;
	case REVIDR:
		*value = read_sysreg(revidr_el1);
		return 0;
	case CLIDR:
		*value = read_sysreg(clidr_el1);
		return 0;
	case AIDR:
		*value = read_sysreg(aidr_el1);
		return 0;
	case CTR:
		*value = read_cpuid_cachetype();
		return 0;
	}
	for (call.x[1] = FIRST_ID; call.x[1] <= LAST_ID; call.x[1]++) {
		s64 status;

		if (ID(call.x[1] >> 3, call.x[1] & 7) != id)
			continue;
		status = rvl_hvc(&call);
		*value = call.x[1];
		return rvl_errno(status);
	}
	return -ENOENT;
}

/* Reads or writes what isn't a register of Ravelin's. */
static int other(struct rvl_vcpu *vcpu, u64 id, u64 *value, bool set)
{
	u64 constant;
	int error;
	u32 i;

	for (i = FIRST_SPSR_OF_AARCH32; i < KVM_NR_SPSR; i++) {
		if (id == spsr(i)) {
			*value = 0;
			return 0;
		}
	}
	if (id == KVM_REG_ARM_TIMER_CNT) {
		if (set)
			return set_count(vcpu->vm, *value);
		*value = arch_timer_read_counter() - vcpu->vm->count_offset;
		return 0;
	}
	error = read_constant(vcpu, id, &constant);
	if (error)
		return error;
	if (set)
		return *value == constant ? 0 : -EINVAL;
	*value = constant;
	return 0;
}

static int get(struct rvl_vcpu *vcpu, u64 id, u64 values[2])
{
	u32 which, words, i;
	int error = 0;

	if (!find(id, &which, &words))
		return other(vcpu, id, values, false);
	for (i = 0; i < words && !error; i++)
		error = rvl_get_register(vcpu, which + i, &values[i]);
	return error;
}

static int set(struct rvl_vcpu *vcpu, u64 id, u64 values[2])
{
	u32 which, words, i;
	int error = 0;

	if (!find(id, &which, &words))
		return other(vcpu, id, values, true);
	for (i = 0; i < words && !error; i++)
		error = rvl_set_register(vcpu, which + i, values[i]);
	return error;
}

int rvl_one_reg(struct rvl_vcpu *vcpu, const struct kvm_one_reg *reg, bool is_set)
{
	void __user *user = (void __user *)reg->addr;
	u64 values[2] = {};
	size_t size = KVM_REG_SIZE(reg->id);
	int error;

	if (size > sizeof(values))
		return -ENOENT;
	if (is_set) {
		if (copy_from_user(values, user, size))
			return -EFAULT;
		return set(vcpu, reg->id, values);
	}
	error = get(vcpu, reg->id, values);
	if (!error && copy_to_user(user, values, size))
		error = -EFAULT;
	return error;
}

int rvl_reg_list(struct kvm_reg_list __user *list)
{
	static const u64 others[] = {
		MIDR, MPIDR, REVIDR, CLIDR, AIDR, CTR, KVM_REG_ARM_TIMER_CNT, KVM_REG_ARM_PSCI_VERSION,
	};
	const u64 total = X_REGISTERS + V_REGISTERS + ARRAY_SIZE(entries) + KVM_NR_SPSR -
			  FIRST_SPSR_OF_AARCH32 + LAST_ID - FIRST_ID + 1 + ARRAY_SIZE(others);
	u64 __user *to = list->reg;
	u64 room;
	u32 i;

	if (get_user(room, &list->n) || put_user(total, &list->n))
		return -EFAULT;
	if (room < total)
		return -E2BIG;
	for (i = 0; i < X_REGISTERS; i++) {
		if (put_user(x_register(i), to++))
			return -EFAULT;
	}
	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		if (put_user(entries[i].id, to++))
			return -EFAULT;
	}
	for (i = 0; i < V_REGISTERS; i++) {
		if (put_user(v_register(i), to++))
			return -EFAULT;
	}
	for (i = FIRST_SPSR_OF_AARCH32; i < KVM_NR_SPSR; i++) {
		if (put_user(spsr(i), to++))
			return -EFAULT;
	}
	for (i = FIRST_ID; i <= LAST_ID; i++) {
		if (put_user(ID(i >> 3, i & 7), to++))
			return -EFAULT;
	}
	return copy_to_user(to, others, sizeof(others)) ? -EFAULT : 0;
}

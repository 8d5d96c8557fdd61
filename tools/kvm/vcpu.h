/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RAVELIN_KVM_VCPU_H
#define RAVELIN_KVM_VCPU_H

#include <linux/kvm.h>
#include <linux/mutex.h>
#include <linux/wait.h>

#include "vm.h"

struct rvl_vcpu {
	struct rvl_vm *vm;
	u32 number;
	struct mutex lock; /* one ioctl at a time */
	struct kvm_run *run;

	bool initialised; /* by KVM_ARM_VCPU_INIT */
	bool power_off;	  /* it begins off */
	bool made;	  /* Ravelin knows of it */

	/* The last exit was a load, which the VMM answers in @run before its next KVM_RUN. */
	bool load_asked;
	u64 loaded; /* what it has answered */

	/* Something has come for it since it last ran. */
	atomic_t woken;
	wait_queue_head_t wait;

	/* What the VMM has set of a vCPU that Ravelin doesn't know yet, or whose registers are out of reach.
	 */
	u64 shadow[RVL_REGISTERS];
};

/* vcpu.c */
int rvl_vcpu_create(struct rvl_vm *vm, u32 number);
void rvl_vcpu_free(struct rvl_vcpu *vcpu);
int rvl_vcpu_make(struct rvl_vcpu *vcpu, u64 pc, u64 x0, bool off);

/* run.c */
int rvl_vcpu_run(struct rvl_vcpu *vcpu);

/* registers.c */
int rvl_get_register(struct rvl_vcpu *vcpu, u32 which, u64 *value);
int rvl_set_register(struct rvl_vcpu *vcpu, u32 which, u64 value);
int rvl_reset_registers(struct rvl_vcpu *vcpu);
int rvl_write_registers(struct rvl_vcpu *vcpu);
int rvl_one_reg(struct rvl_vcpu *vcpu, const struct kvm_one_reg *reg, bool set);
int rvl_reg_list(struct kvm_reg_list __user *list);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RAVELIN_KVM_VCPU_H
#define RAVELIN_KVM_VCPU_H

#include <linux/kvm.h>
#include <linux/mutex.h>
#include <linux/signal_types.h>
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

	/* The last exit was a load or store, which the VMM makes, and answers in @run, before its next
	 * KVM_RUN.
	 */
	bool load_asked;
	bool store_asked;
	u64 loaded; /* what a load has read */
	u64 done;   /* RAVELIN_RUN_DONE, if the access has been made */

	/* KVM_SET_SIGNAL_MASK: signals that are blocked while it runs. */
	bool masks_signals;
	sigset_t signals;

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

/* attributes.c */
long rvl_attribute(unsigned int request, const void __user *user);

/* run.c */
int rvl_vcpu_run(struct rvl_vcpu *vcpu);

/* abort.c */
int rvl_inject_abort(struct rvl_vcpu *vcpu, u64 address, bool is_fetch);

/* registers.c */
int rvl_get_register(struct rvl_vcpu *vcpu, u32 which, u64 *value);
int rvl_set_register(struct rvl_vcpu *vcpu, u32 which, u64 value);
int rvl_reset_registers(struct rvl_vcpu *vcpu);
int rvl_write_registers(struct rvl_vcpu *vcpu);
int rvl_one_reg(struct rvl_vcpu *vcpu, const struct kvm_one_reg *reg, bool set);
int rvl_reg_list(struct kvm_reg_list __user *list);

#endif

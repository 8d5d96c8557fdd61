// SPDX-License-Identifier: GPL-2.0-only
/* A vCPU: its file descriptor and its calls. */

#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "vcpu.h"

/* Tells Ravelin of a vCPU, with the VM's lock held. */
int rvl_vcpu_make(struct rvl_vcpu *vcpu, u64 pc, u64 x0, bool off)
{
	struct page *page = rvl_give_alloc(0);
	s64 status;

	BUILD_BUG_ON(RAVELIN_VCPU_PAGES != 1);
	if (!page)
		return -ENOMEM;
	status = rvl_do(VCPU_CREATE, vcpu->vm->handle, vcpu->number, page_to_phys(page), pc, x0,
			off ? RAVELIN_VCPU_OFF : 0);
	if (status != RAVELIN_SUCCESS) {
		__free_page(page);
		return rvl_errno(status);
	}
	rvl_give_keep(vcpu->vm, page, 0);
	vcpu->made = true;
	return 0;
}

/* ---- Calls */

/* A vCPU that begins anew isn't in the middle of anything. */
static void forget_access(struct rvl_vcpu *vcpu)
{
	vcpu->load_asked = false;
	vcpu->store_asked = false;
	vcpu->done = 0;
}

static long initialise(struct rvl_vcpu *vcpu, const void __user *user)
{
	const u32 known = BIT(KVM_ARM_VCPU_POWER_OFF) | BIT(KVM_ARM_VCPU_PSCI_0_2);
	struct kvm_vcpu_init init;
	size_t i;

	if (copy_from_user(&init, user, sizeof(init)))
		return -EFAULT;
	if (init.target != KVM_ARM_TARGET_GENERIC_V8)
		return -EINVAL;
	if (init.features[0] & ~known)
		return -ENOENT;
	for (i = 1; i < ARRAY_SIZE(init.features); i++) {
		if (init.features[i])
			return -ENOENT;
	}
	vcpu->power_off = init.features[0] & BIT(KVM_ARM_VCPU_POWER_OFF);
	vcpu->initialised = true;
	forget_access(vcpu);
	return rvl_reset_registers(vcpu);
}

static long get_state(struct rvl_vcpu *vcpu, void __user *user)
{
	struct kvm_mp_state state = { .mp_state = KVM_MP_STATE_RUNNABLE };
	u64 power = 1;
	int error = rvl_get_register(vcpu, RAVELIN_REGISTER_POWER, &power);

	if (error)
		return error;
	if (!power)
		state.mp_state = KVM_MP_STATE_STOPPED;
	return copy_to_user(user, &state, sizeof(state)) ? -EFAULT : 0;
}

static long set_state(struct rvl_vcpu *vcpu, const void __user *user)
{
	struct kvm_mp_state state;
	int error;

	if (copy_from_user(&state, user, sizeof(state)))
		return -EFAULT;
	if (state.mp_state != KVM_MP_STATE_RUNNABLE && state.mp_state != KVM_MP_STATE_STOPPED)
		return -EINVAL;
	error = rvl_set_register(vcpu, RAVELIN_REGISTER_POWER, state.mp_state == KVM_MP_STATE_RUNNABLE);
	if (!error)
		rvl_wake(vcpu->vm, BIT(vcpu->number));
	return error;
}

static long get_events(void __user *user)
{
	/* What a guest waits for is in its registers and its interrupt controller. */
	const struct kvm_vcpu_events events = {};

	return copy_to_user(user, &events, sizeof(events)) ? -EFAULT : 0;
}

static long set_events(const void __user *user)
{
	struct kvm_vcpu_events events;

	if (copy_from_user(&events, user, sizeof(events)))
		return -EFAULT;
	/* Nothing is injected by a VMM. */
	return memchr_inv(&events, 0, sizeof(events)) ? -EINVAL : 0;
}

static long set_signal_mask(struct rvl_vcpu *vcpu, const struct kvm_signal_mask __user *user)
{
	struct kvm_signal_mask mask;
	sigset_t signals;

	if (!user) {
		vcpu->masks_signals = false;
		return 0;
	}
	if (copy_from_user(&mask, user, sizeof(mask)))
		return -EFAULT;
	if (mask.len != sizeof(signals))
		return -EINVAL;
	if (copy_from_user(&signals, user->sigset, sizeof(signals)))
		return -EFAULT;
	sigdelsetmask(&signals, sigmask(SIGKILL) | sigmask(SIGSTOP));
	vcpu->signals = signals;
	vcpu->masks_signals = true;
	return 0;
}

static long one_reg(struct rvl_vcpu *vcpu, const void __user *user, bool set)
{
	struct kvm_one_reg reg;

	if (copy_from_user(&reg, user, sizeof(reg)))
		return -EFAULT;
	return vcpu->initialised ? rvl_one_reg(vcpu, &reg, set) : -ENOEXEC;
}

static long vcpu_call(struct rvl_vcpu *vcpu, unsigned int request, void __user *user)
{
	switch (request) {
	case KVM_RUN:
		return user ? -EINVAL : rvl_vcpu_run(vcpu);
	case KVM_ARM_VCPU_INIT:
		return initialise(vcpu, user);
	case KVM_GET_ONE_REG:
	case KVM_SET_ONE_REG:
		return one_reg(vcpu, user, request == KVM_SET_ONE_REG);
	case KVM_GET_REG_LIST:
		return vcpu->initialised ? rvl_reg_list(user) : -ENOEXEC;
	case KVM_GET_MP_STATE:
		return get_state(vcpu, user);
	case KVM_SET_MP_STATE:
		return set_state(vcpu, user);
	case KVM_GET_VCPU_EVENTS:
		return get_events(user);
	case KVM_SET_VCPU_EVENTS:
		return set_events(user);
	case KVM_HAS_DEVICE_ATTR:
	case KVM_GET_DEVICE_ATTR:
	case KVM_SET_DEVICE_ATTR:
		return rvl_attribute(request, user);
	case KVM_SET_SIGNAL_MASK:
		return set_signal_mask(vcpu, user);
	default:
		return -ENOTTY;
	}
}

static long vcpu_ioctl(struct file *file, unsigned int request, unsigned long argument)
{
	struct rvl_vcpu *vcpu = file->private_data;
	long result;

	if (vcpu->vm->mm != current->mm)
		return -EIO;
	if (mutex_lock_killable(&vcpu->lock))
		return -EINTR;
	result = vcpu_call(vcpu, request, (void __user *)argument);
	mutex_unlock(&vcpu->lock);
	return result;
}

/* ---- The page that VMM and driver share */

static vm_fault_t run_fault(struct vm_fault *fault)
{
	struct rvl_vcpu *vcpu = fault->vma->vm_file->private_data;

	if (fault->pgoff)
		return VM_FAULT_SIGBUS;
	fault->page = virt_to_page(vcpu->run);
	get_page(fault->page);
	return 0;
}

static const struct vm_operations_struct run_operations = { .fault = run_fault };

static int vcpu_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma_pages(vma) != 1 || vma->vm_pgoff)
		return -EINVAL;
	vma->vm_ops = &run_operations;
	return 0;
}

static int vcpu_release(struct inode *inode, struct file *file)
{
	struct rvl_vcpu *vcpu = file->private_data;

	rvl_vm_put(vcpu->vm);
	return 0;
}

static const struct file_operations vcpu_operations = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = vcpu_ioctl,
	.mmap = vcpu_mmap,
	.release = vcpu_release,
	.llseek = noop_llseek,
};

/* ---- Beginning and end */

static struct rvl_vcpu *vcpu_alloc(struct rvl_vm *vm, u32 number)
{
	struct rvl_vcpu *vcpu = kzalloc(sizeof(*vcpu), GFP_KERNEL_ACCOUNT);

	if (!vcpu)
		return NULL;
	vcpu->run = (struct kvm_run *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!vcpu->run) {
		kfree(vcpu);
		return NULL;
	}
	vcpu->vm = vm;
	vcpu->number = number;
	mutex_init(&vcpu->lock);
	init_waitqueue_head(&vcpu->wait);
	return vcpu;
}

void rvl_vcpu_free(struct rvl_vcpu *vcpu)
{
	free_page((unsigned long)vcpu->run);
	kfree(vcpu);
}

/* With the VM's lock held. */
static int create(struct rvl_vm *vm, u32 number)
{
	struct rvl_vcpu *vcpu;
	int result;

	if (vm->made)
		return -EBUSY;
	if (vm->vcpus[number])
		return -EEXIST;
	vcpu = vcpu_alloc(vm, number);
	if (!vcpu)
		return -ENOMEM;
	refcount_inc(&vm->users);
	result = anon_inode_getfd("kvm-vcpu", &vcpu_operations, vcpu, O_RDWR | O_CLOEXEC);
	if (result < 0) {
		refcount_dec(&vm->users);
		rvl_vcpu_free(vcpu);
		return result;
	}
	vm->vcpus[number] = vcpu;
	return result;
}

int rvl_vcpu_create(struct rvl_vm *vm, u32 number)
{
	int result;

	if (number >= RAVELIN_MAX_VCPUS)
		return -EINVAL;
	mutex_lock(&vm->lock);
	result = create(vm, number);
	mutex_unlock(&vm->lock);
	return result;
}

// SPDX-License-Identifier: GPL-2.0-only
/* A VM: its file descriptor, its calls, and its end. */

#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <asm/arch_timer.h>

#include "own_memory.h"
#include "vcpu.h"

static bool protected = true;
module_param(protected, bool, 0644);
MODULE_PARM_DESC(protected, "VMs are protected where the VMM doesn't say (default: Y)");

#define DEFAULT_IPA_BITS 40

static atomic_t alive = ATOMIC_INIT(0);

unsigned int rvl_vms_alive(void)
{
	return atomic_read(&alive);
}

long rvl_check_extension(unsigned long capability)
{
	switch (capability) {
	case KVM_CAP_IRQCHIP:
	case KVM_CAP_USER_MEMORY:
	case KVM_CAP_DESTROY_MEMORY_REGION_WORKS:
	case KVM_CAP_JOIN_MEMORY_REGIONS_WORKS:
	case KVM_CAP_READONLY_MEM:
	case KVM_CAP_MP_STATE:
	case KVM_CAP_VCPU_EVENTS:
	case KVM_CAP_IMMEDIATE_EXIT:
	case KVM_CAP_VCPU_ATTRIBUTES:
	case KVM_CAP_IRQFD:
	case KVM_CAP_IOEVENTFD:
	case KVM_CAP_IOEVENTFD_ANY_LENGTH:
	case KVM_CAP_ONE_REG:
	case KVM_CAP_DEVICE_CTRL:
	case KVM_CAP_ARM_PSCI:
	case KVM_CAP_ARM_PSCI_0_2:
	case KVM_CAP_ARM_SET_DEVICE_ADDR:
	case KVM_CAP_INTERNAL_ERROR_DATA:
		return 1;
	case KVM_CAP_NR_MEMSLOTS:
		return RVL_MAX_SLOTS;
	case KVM_CAP_NR_VCPUS:
		return min_t(long, num_online_cpus(), RAVELIN_MAX_VCPUS);
	case KVM_CAP_MAX_VCPUS:
	case KVM_CAP_MAX_VCPU_ID:
		return RAVELIN_MAX_VCPUS;
	case KVM_CAP_ARM_VM_IPA_SIZE:
		return RAVELIN_MAX_IPA_BITS;
	default:
		return 0;
	}
}

/* ---- Calls */

static long set_device_address(struct rvl_vm *vm, void __user *argument)
{
	struct kvm_arm_device_addr address;

	if (copy_from_user(&address, argument, sizeof(address)))
		return -EFAULT;
	if ((address.id >> KVM_ARM_DEVICE_ID_SHIFT) != KVM_ARM_DEVICE_VGIC_V2)
		return -ENODEV;
	return rvl_vgic_set_address(vm, address.id & 0xffff, address.addr);
}

static long preferred_target(void __user *argument)
{
	struct kvm_vcpu_init init = { .target = KVM_ARM_TARGET_GENERIC_V8 };

	return copy_to_user(argument, &init, sizeof(init)) ? -EFAULT : 0;
}

static long create_device(struct rvl_vm *vm, void __user *argument)
{
	struct kvm_create_device device;
	int error;

	if (copy_from_user(&device, argument, sizeof(device)))
		return -EFAULT;
	error = rvl_vgic_create(vm, &device);
	if (!error && copy_to_user(argument, &device, sizeof(device)))
		error = -EFAULT;
	return error;
}

/* Calls what takes a structure of the VMM's. */
#define WITH(type, function)                                                                                 \
	({                                                                                                   \
		type copy;                                                                                   \
		copy_from_user(&copy, user, sizeof(copy)) ? -EFAULT : function(vm, &copy);                   \
	})

static long vm_ioctl(struct file *file, unsigned int request, unsigned long argument)
{
	void __user *user = (void __user *)argument;
	struct rvl_vm *vm = file->private_data;

	if (vm->mm != current->mm)
		return -EIO;
	switch (request) {
	case KVM_CHECK_EXTENSION:
		return rvl_check_extension(argument);
	case KVM_CREATE_VCPU:
		return argument > U32_MAX ? -EINVAL : rvl_vcpu_create(vm, argument);
	case KVM_SET_USER_MEMORY_REGION:
		return WITH(struct kvm_userspace_memory_region, rvl_set_slot);
	case KVM_CREATE_IRQCHIP:
		return rvl_vgic_create_default(vm);
	case KVM_CREATE_DEVICE:
		return create_device(vm, user);
	case KVM_ARM_SET_DEVICE_ADDR:
		return set_device_address(vm, user);
	case KVM_GET_DIRTY_LOG:
		return WITH(struct kvm_dirty_log, rvl_dirty_log);
	case KVM_IRQ_LINE:
		return WITH(struct kvm_irq_level, rvl_irq_line);
	case KVM_IRQFD:
		return WITH(struct kvm_irqfd, rvl_irqfd);
	case KVM_IOEVENTFD:
		return WITH(struct kvm_ioeventfd, rvl_ioeventfd);
	case KVM_ARM_PREFERRED_TARGET:
		return preferred_target(user);
	default:
		return -ENOTTY;
	}
}

static int vm_release(struct inode *inode, struct file *file)
{
	struct rvl_vm *vm = file->private_data;

	/* They refer to file descriptors of the VMM's, which has let go of the VM. */
	rvl_irqfds_free(vm);
	rvl_vm_put(vm);
	return 0;
}

static const struct file_operations vm_operations = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = vm_ioctl,
	.release = vm_release,
	.llseek = noop_llseek,
};

/* ---- Beginning and end */

static struct rvl_vm *vm_alloc(bool is_protected, u32 ipa_bits)
{
	struct rvl_vm *vm = kzalloc(sizeof(*vm), GFP_KERNEL_ACCOUNT);

	if (!vm)
		return NULL;
	refcount_set(&vm->users, 1);
	vm->mm = current->mm;
	mmgrab(vm->mm);
	vm->is_protected = is_protected;
	vm->ipa_bits = ipa_bits;
	mutex_init(&vm->lock);
	mutex_init(&vm->memory_lock);
	INIT_LIST_HEAD(&vm->given);
	xa_init(&vm->lent);
	spin_lock_init(&vm->events_lock);
	INIT_LIST_HEAD(&vm->ioeventfds);
	INIT_LIST_HEAD(&vm->irqfds);
	vm->count_offset = arch_timer_read_counter();
	vm->vgic.distributor = RVL_NO_ADDRESS;
	vm->vgic.cpu_interface = RVL_NO_ADDRESS;
	return vm;
}

static void vm_free(struct rvl_vm *vm)
{
	u32 i;

	rvl_ioeventfds_free(vm);
	/* Pages that Ravelin doesn't give back are lost: to use one would be worse. */
	if (!vm->made || rvl_end_vm(vm->handle)) {
		rvl_give_free_all(vm);
		rvl_slots_free(vm);
	} else {
		WARN_ON_ONCE(!rvl_has_ended());
	}
	for (i = 0; i < RAVELIN_MAX_VCPUS; i++) {
		if (vm->vcpus[i])
			rvl_vcpu_free(vm->vcpus[i]);
	}
	xa_destroy(&vm->lent);
	mmdrop(vm->mm);
	kfree(vm);
	atomic_dec(&alive);
}

void rvl_vm_put(struct rvl_vm *vm)
{
	if (refcount_dec_and_test(&vm->users))
		vm_free(vm);
}

int rvl_vm_create(unsigned long type)
{
	u32 bits = type & 0xff ?: DEFAULT_IPA_BITS;
	bool is_protected = type & (RVL_VM_TYPE_PROTECTED | RVL_VM_TYPE_PLAIN) ? type & RVL_VM_TYPE_PROTECTED
									       : READ_ONCE(protected);
	struct rvl_vm *vm;
	int result;

	if ((type & ~(0xffUL | RVL_VM_TYPE_PROTECTED | RVL_VM_TYPE_PLAIN)) ||
	    (type & RVL_VM_TYPE_PROTECTED && type & RVL_VM_TYPE_PLAIN) || bits < RAVELIN_MIN_IPA_BITS ||
	    bits > RAVELIN_MAX_IPA_BITS)
		return -EINVAL;
	vm = vm_alloc(is_protected, bits);
	if (!vm)
		return -ENOMEM;
	atomic_inc(&alive);
	result = anon_inode_getfd("kvm-vm", &vm_operations, vm, O_RDWR | O_CLOEXEC);
	if (result < 0)
		rvl_vm_put(vm);
	return result;
}

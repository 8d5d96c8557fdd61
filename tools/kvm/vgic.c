// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_DEV_TYPE_ARM_VGIC_V2: the interrupt controller, which Ravelin has.  [Linux,
 * Documentation/virt/kvm/devices/arm-vgic.rst]  A plain VM's registers are real. Of a protected VM's a VMM
 * reads what never changes, and zeros; what it writes has no effect.
 */

#include <linux/anon_inodes.h>
#include <linux/fs.h>
#include <linux/irqchip/arm-gic.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "vcpu.h"

#define DEFAULT_INTIDS 256
#define LEAST_INTIDS 64
#define MOST_INTIDS 1023 /* KVM's; so 992 */
/* KVM counts levels of priority here, not the register's bits. */
#define PRIORITY_SHIFT 3

/* Of the four registers of active priorities five bits of priority take one; the others are zero. */
static bool is_unused_priorities(u32 offset)
{
	return offset % 4 == 0 && offset > GIC_CPU_ACTIVEPRIO && offset < GIC_CPU_ACTIVEPRIO + 16;
}

/* What offsets of KVM_DEV_ARM_VGIC_GRP_CPU_REGS there are. */
static bool is_cpu_register(u32 offset)
{
	switch (offset) {
	case GIC_CPU_CTRL:
	case GIC_CPU_PRIMASK:
	case GIC_CPU_BINPOINT:
	case GIC_CPU_ALIAS_BINPOINT:
	case GIC_CPU_ACTIVEPRIO:
		return true;
	default:
		return is_unused_priorities(offset);
	}
}

/* ---- What the controller is, with the VM's lock held */

/* Tells Ravelin of the controller, once all is said. */
static int tell_ravelin(struct rvl_vm *vm)
{
	struct rvl_vgic *gic = &vm->vgic;
	s64 status;
	int error;

	if (gic->set || !gic->initialised || gic->distributor == RVL_NO_ADDRESS ||
	    gic->cpu_interface == RVL_NO_ADDRESS)
		return 0;
	error = rvl_make(vm);
	if (error)
		return error;
	mutex_lock(&vm->memory_lock);
	status = rvl_with_tables(vm,
				 &(struct rvl_call){ .x = { RAVELIN_VM_SET_GIC, vm->handle, gic->distributor,
							    gic->cpu_interface, gic->intids } });
	mutex_unlock(&vm->memory_lock);
	gic->set = status == RAVELIN_SUCCESS;
	return rvl_errno(status);
}

static int initialise(struct rvl_vm *vm)
{
	if (!vm->vgic.intids)
		vm->vgic.intids = DEFAULT_INTIDS;
	vm->vgic.initialised = true;
	return tell_ravelin(vm);
}

/* Before the VM starts: a controller that the VMM hasn't initialised is now. */
int rvl_vgic_map(struct rvl_vm *vm)
{
	if (!vm->vgic.created || vm->vgic.set)
		return 0;
	if (vm->vgic.distributor == RVL_NO_ADDRESS || vm->vgic.cpu_interface == RVL_NO_ADDRESS)
		return -ENXIO;
	return initialise(vm);
}

static int set_address(struct rvl_vm *vm, u64 type, u64 address)
{
	u64 size = type == KVM_VGIC_V2_ADDR_TYPE_DIST ? KVM_VGIC_V2_DIST_SIZE : KVM_VGIC_V2_CPU_SIZE;
	u64 *place = type == KVM_VGIC_V2_ADDR_TYPE_DIST ? &vm->vgic.distributor : &vm->vgic.cpu_interface;
	u64 other = type == KVM_VGIC_V2_ADDR_TYPE_DIST ? vm->vgic.cpu_interface : vm->vgic.distributor;
	u64 other_size = KVM_VGIC_V2_DIST_SIZE + KVM_VGIC_V2_CPU_SIZE - size;

	if (type != KVM_VGIC_V2_ADDR_TYPE_DIST && type != KVM_VGIC_V2_ADDR_TYPE_CPU)
		return -ENODEV;
	if (*place != RVL_NO_ADDRESS)
		return -EEXIST;
	if (!PAGE_ALIGNED(address))
		return -EINVAL;
	if (address >= BIT_ULL(vm->ipa_bits) || address + size > BIT_ULL(vm->ipa_bits))
		return -E2BIG;
	if (other != RVL_NO_ADDRESS && address < other + other_size && other < address + size)
		return -EINVAL;
	*place = address;
	return tell_ravelin(vm);
}

int rvl_vgic_set_address(struct rvl_vm *vm, u64 type, u64 address)
{
	int error;

	mutex_lock(&vm->lock);
	error = vm->vgic.created ? set_address(vm, type, address) : -ENXIO;
	mutex_unlock(&vm->lock);
	return error;
}

static int set_intids(struct rvl_vm *vm, u32 intids)
{
	if (intids < LEAST_INTIDS || intids > MOST_INTIDS || intids % 32)
		return -EINVAL;
	if (vm->vgic.intids || vm->vgic.initialised)
		return -EBUSY;
	vm->vgic.intids = intids;
	return 0;
}

/* ---- Registers */

static int access_plain(struct rvl_vm *vm, u32 vcpu, u32 which, u32 *value, bool set)
{
	struct rvl_call call = { .x = { set ? RAVELIN_GIC_SET : RAVELIN_GIC_GET, vm->handle, vcpu, which,
					*value } };
	bool is_mask = which == RAVELIN_GICC + GIC_CPU_PRIMASK;
	s64 status;

	if (set && is_mask)
		call.x[4] = (u32)(*value << PRIORITY_SHIFT);
	status = rvl_hvc(&call);
	if (!set)
		*value = (u32)call.x[1] >> (is_mask ? PRIORITY_SHIFT : 0);
	return rvl_errno(status);
}

/* What a register of a protected VM's reads as: GICD_TYPER, or zero.  [IHI 0048B, 4.3.2] */
static u32 constant_of(const struct rvl_vm *vm, u32 which)
{
	return which == GIC_DIST_CTR ? (rvl_vcpu_limit(vm) - 1) << 5 | (vm->vgic.intids / 32 - 1) : 0;
}

static int access_register(struct rvl_vm *vm, const struct kvm_device_attr *attribute, bool set)
{
	u32 vcpu = (attribute->attr & KVM_DEV_ARM_VGIC_CPUID_MASK) >> KVM_DEV_ARM_VGIC_CPUID_SHIFT;
	u32 offset = attribute->attr & KVM_DEV_ARM_VGIC_OFFSET_MASK;
	bool is_cpu = attribute->group == KVM_DEV_ARM_VGIC_GRP_CPU_REGS;
	u32 __user *user = (u32 __user *)attribute->addr;
	u32 value = 0;
	int error = 0;

	if (is_cpu ? !is_cpu_register(offset) : offset >= KVM_VGIC_V2_DIST_SIZE || offset % 4)
		return -ENXIO;
	if (vcpu >= RAVELIN_MAX_VCPUS || !vm->vcpus[vcpu])
		return -EINVAL;
	if (!vm->vgic.initialised)
		return -EBUSY;
	if (set && get_user(value, user))
		return -EFAULT;
	if (is_cpu)
		offset += RAVELIN_GICC;
	if (!vm->is_protected && !(is_cpu && is_unused_priorities(offset - RAVELIN_GICC)))
		error = vm->vgic.set ? access_plain(vm, vcpu, offset, &value, set) : -EBUSY;
	else if (!set)
		value = constant_of(vm, offset);
	if (!error && !set && put_user(value, user))
		error = -EFAULT;
	return error;
}

/* ---- Attributes */

static int set_attribute(struct rvl_vm *vm, const struct kvm_device_attr *attribute)
{
	void __user *user = (void __user *)attribute->addr;
	u64 address;
	u32 intids;

	switch (attribute->group) {
	case KVM_DEV_ARM_VGIC_GRP_ADDR:
		if (get_user(address, (u64 __user *)user))
			return -EFAULT;
		return set_address(vm, attribute->attr, address);
	case KVM_DEV_ARM_VGIC_GRP_DIST_REGS:
	case KVM_DEV_ARM_VGIC_GRP_CPU_REGS:
		return access_register(vm, attribute, true);
	case KVM_DEV_ARM_VGIC_GRP_NR_IRQS:
		if (get_user(intids, (u32 __user *)user))
			return -EFAULT;
		return set_intids(vm, intids);
	case KVM_DEV_ARM_VGIC_GRP_CTRL:
		return attribute->attr == KVM_DEV_ARM_VGIC_CTRL_INIT ? initialise(vm) : -ENXIO;
	default:
		return -ENXIO;
	}
}

static int get_attribute(struct rvl_vm *vm, const struct kvm_device_attr *attribute)
{
	void __user *user = (void __user *)attribute->addr;

	switch (attribute->group) {
	case KVM_DEV_ARM_VGIC_GRP_ADDR:
		if (attribute->attr == KVM_VGIC_V2_ADDR_TYPE_DIST)
			return put_user(vm->vgic.distributor, (u64 __user *)user);
		if (attribute->attr == KVM_VGIC_V2_ADDR_TYPE_CPU)
			return put_user(vm->vgic.cpu_interface, (u64 __user *)user);
		return -ENODEV;
	case KVM_DEV_ARM_VGIC_GRP_DIST_REGS:
	case KVM_DEV_ARM_VGIC_GRP_CPU_REGS:
		return access_register(vm, attribute, false);
	case KVM_DEV_ARM_VGIC_GRP_NR_IRQS:
		return put_user(vm->vgic.intids ?: DEFAULT_INTIDS, (u32 __user *)user);
	default:
		return -ENXIO;
	}
}

static int has_attribute(const struct kvm_device_attr *attribute)
{
	u32 offset = attribute->attr & KVM_DEV_ARM_VGIC_OFFSET_MASK;

	switch (attribute->group) {
	case KVM_DEV_ARM_VGIC_GRP_ADDR:
		return attribute->attr <= KVM_VGIC_V2_ADDR_TYPE_CPU ? 0 : -ENXIO;
	case KVM_DEV_ARM_VGIC_GRP_DIST_REGS:
		return offset < KVM_VGIC_V2_DIST_SIZE && offset % 4 == 0 ? 0 : -ENXIO;
	case KVM_DEV_ARM_VGIC_GRP_CPU_REGS:
		return is_cpu_register(offset) ? 0 : -ENXIO;
	case KVM_DEV_ARM_VGIC_GRP_NR_IRQS:
		return 0;
	case KVM_DEV_ARM_VGIC_GRP_CTRL:
		return attribute->attr == KVM_DEV_ARM_VGIC_CTRL_INIT ? 0 : -ENXIO;
	default:
		return -ENXIO;
	}
}

/* ---- The device */

static long vgic_ioctl(struct file *file, unsigned int request, unsigned long argument)
{
	struct rvl_vm *vm = file->private_data;
	struct kvm_device_attr attribute;
	long result;

	if (vm->mm != current->mm)
		return -EIO;
	if (request != KVM_SET_DEVICE_ATTR && request != KVM_GET_DEVICE_ATTR &&
	    request != KVM_HAS_DEVICE_ATTR)
		return -ENOTTY;
	if (copy_from_user(&attribute, (void __user *)argument, sizeof(attribute)))
		return -EFAULT;
	if (attribute.flags)
		return -EINVAL;
	if (request == KVM_HAS_DEVICE_ATTR)
		return has_attribute(&attribute);
	mutex_lock(&vm->lock);
	result = request == KVM_SET_DEVICE_ATTR ? set_attribute(vm, &attribute)
						: get_attribute(vm, &attribute);
	mutex_unlock(&vm->lock);
	return result;
}

static int vgic_release(struct inode *inode, struct file *file)
{
	rvl_vm_put(file->private_data);
	return 0;
}

static const struct file_operations vgic_operations = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = vgic_ioctl,
	.release = vgic_release,
	.llseek = noop_llseek,
};

int rvl_vgic_create_default(struct rvl_vm *vm)
{
	int error = 0;

	mutex_lock(&vm->lock);
	if (vm->started)
		error = -EBUSY;
	else if (vm->vgic.created)
		error = -EEXIST;
	else
		vm->vgic.created = true;
	mutex_unlock(&vm->lock);
	return error;
}

int rvl_vgic_create(struct rvl_vm *vm, struct kvm_create_device *device)
{
	int result;

	if (device->type != KVM_DEV_TYPE_ARM_VGIC_V2)
		return -ENODEV;
	if (device->flags & ~KVM_CREATE_DEVICE_TEST)
		return -EINVAL;
	if (device->flags & KVM_CREATE_DEVICE_TEST)
		return 0;
	result = rvl_vgic_create_default(vm);
	if (result)
		return result;
	refcount_inc(&vm->users);
	result = anon_inode_getfd("kvm-vgic", &vgic_operations, vm, O_RDWR | O_CLOEXEC);
	if (result < 0) {
		rvl_vm_put(vm);
		return result;
	}
	device->fd = result;
	return 0;
}

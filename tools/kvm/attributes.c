// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes of a vCPU: which interrupts its timers raise, and that can't be changed.  [Linux,
 * Documentation/virt/kvm/devices/vcpu.rst]
 */

#include <linux/uaccess.h>

#include "vcpu.h"

#define VIRTUAL_TIMER 27
#define PHYSICAL_TIMER 30

/* The only value of an attribute; 0: there's no such attribute. */
static u32 only_value(const struct kvm_device_attr *attribute)
{
	if (attribute->group != KVM_ARM_VCPU_TIMER_CTRL)
		return 0;
	switch (attribute->attr) {
	case KVM_ARM_VCPU_TIMER_IRQ_VTIMER:
		return VIRTUAL_TIMER;
	case KVM_ARM_VCPU_TIMER_IRQ_PTIMER:
		return PHYSICAL_TIMER;
	default:
		return 0;
	}
}

/* KVM_HAS_, KVM_GET_ and KVM_SET_DEVICE_ATTR */
long rvl_attribute(unsigned int request, const void __user *user)
{
	struct kvm_device_attr attribute;
	u32 __user *value;
	u32 is, new;

	if (copy_from_user(&attribute, user, sizeof(attribute)))
		return -EFAULT;
	is = only_value(&attribute);
	if (!is)
		return -ENXIO;
	value = (u32 __user *)(unsigned long)attribute.addr;
	switch (request) {
	case KVM_GET_DEVICE_ATTR:
		return put_user(is, value);
	case KVM_SET_DEVICE_ATTR:
		if (get_user(new, value))
			return -EFAULT;
		return new == is ? 0 : -EINVAL;
	default:
		return 0;
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/* Wires of devices that a VMM emulates, and vCPUs that have to run because of one. */

#include <linux/bitops.h>

#include "vcpu.h"

/* Tells vCPUs that wait, a bit for each, that something has come for them. In any context. */
void rvl_wake(struct rvl_vm *vm, u64 vcpus)
{
	unsigned long mask = vcpus;
	unsigned int i;

	for_each_set_bit(i, &mask, RAVELIN_MAX_VCPUS) {
		struct rvl_vcpu *vcpu = READ_ONCE(vm->vcpus[i]);

		if (!vcpu)
			continue;
		atomic_set(&vcpu->woken, 1);
		wake_up(&vcpu->wait);
	}
}

/* In any context. */
int rvl_set_line(struct rvl_vm *vm, u32 intid, bool level)
{
	struct rvl_call call = { .x = { RAVELIN_VM_SET_LINE, vm->handle, intid, level } };
	s64 status = rvl_hvc(&call);

	if (status != RAVELIN_SUCCESS)
		return rvl_errno(status);
	rvl_wake(vm, call.x[1]);
	return 0;
}

int rvl_irq_line(struct rvl_vm *vm, const struct kvm_irq_level *line)
{
	u32 type = (line->irq >> KVM_ARM_IRQ_TYPE_SHIFT) & KVM_ARM_IRQ_TYPE_MASK;
	u32 intid = (line->irq >> KVM_ARM_IRQ_NUM_SHIFT) & KVM_ARM_IRQ_NUM_MASK;

	if (!READ_ONCE(vm->vgic.set))
		return -ENXIO;
	/* Private wires, and those of a CPU without an interrupt controller, are Ravelin's own. */
	if (type != KVM_ARM_IRQ_TYPE_SPI)
		return -EINVAL;
	return rvl_set_line(vm, intid, line->level != 0);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tells Ravelin of a VM. That's late, when its VMM has initialised the interrupt controller, or runs a vCPU:
 * only then is it known how many vCPUs there are, which the controller's registers say.
 */

#include <linux/mm.h>

#include "vcpu.h"

#define VM_ORDER 2

/* One more than the highest number of a vCPU. */
u32 rvl_vcpu_limit(const struct rvl_vm *vm)
{
	u32 limit = RAVELIN_MAX_VCPUS;

	while (limit > 1 && !vm->vcpus[limit - 1])
		limit--;
	return limit;
}

static int create(struct rvl_vm *vm)
{
	struct page *page = rvl_give_alloc(VM_ORDER);
	struct rvl_call call;
	s64 status;

	BUILD_BUG_ON(RAVELIN_VM_PAGES != 1 << VM_ORDER);
	if (!page)
		return -ENOMEM;
	call = (struct rvl_call){ .x = { RAVELIN_VM_CREATE, page_to_phys(page),
					 vm->ipa_bits | (vm->is_protected ? RAVELIN_VM_PROTECTED : 0),
					 rvl_vcpu_limit(vm) } };
	status = rvl_create_vm(&call);
	if (status != RAVELIN_SUCCESS) {
		__free_pages(page, VM_ORDER);
		return rvl_errno(status);
	}
	vm->handle = call.x[1];
	vm->made = true;
	mutex_lock(&vm->memory_lock);
	rvl_give_keep(vm, page, VM_ORDER);
	mutex_unlock(&vm->memory_lock);
	return 0;
}

/* A plain VM's vCPUs can be made right away, with the registers that they have been given so far. */
static int make_plain_vcpus(struct rvl_vm *vm)
{
	int error = 0;
	u32 i;

	for (i = 0; i < RAVELIN_MAX_VCPUS && !error; i++) {
		struct rvl_vcpu *vcpu = vm->vcpus[i];

		if (!vcpu)
			continue;
		error = rvl_vcpu_make(vcpu, 0, 0, true);
		if (!error && vcpu->initialised)
			error = rvl_write_registers(vcpu);
	}
	return error;
}

/* With the VM's lock held. */
int rvl_make(struct rvl_vm *vm)
{
	int error;

	if (vm->made || vm->dead)
		return vm->dead ? -EIO : 0;
	error = create(vm);
	if (!error && !vm->is_protected)
		error = make_plain_vcpus(vm);
	vm->dead = error != 0;
	return error;
}

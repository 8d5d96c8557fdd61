// SPDX-License-Identifier: GPL-2.0-only
/*
 * Before a VM's first instruction: Ravelin is told what the VMM has set up. From then on a protected VM can't
 * be changed any more.
 */

#include "own_memory.h"
#include "vcpu.h"

static int declare_ram(struct rvl_vm *vm)
{
	u32 i;

	for (i = 0; i < vm->slot_count; i++) {
		const struct rvl_slot *slot = &vm->slots[i];
		s64 status;

		if (!rvl_slot_is_ram(vm, slot))
			continue;
		status = rvl_do(VM_ADD_RAM, vm->handle, slot->first << PAGE_SHIFT, slot->pages << PAGE_SHIFT);
		if (status != RAVELIN_SUCCESS) {
			pr_info_ratelimited("memory slot %u can't be RAM of a VM (%lld)\n", slot->id, status);
			return rvl_errno(status);
		}
	}
	return 0;
}

static int donate_present(struct rvl_vm *vm)
{
	int error = 0;
	u32 i;

	for (i = 0; i < vm->slot_count && !error; i++) {
		if (vm->slots[i].memory)
			error = rvl_memory_donate_present(vm, &vm->slots[i]);
	}
	return error;
}

/* A protected VM's first vCPU begins in Ravelin's firmware, the others where the guest says. */
static int make_protected_vcpus(struct rvl_vm *vm)
{
	struct rvl_boot boot;
	int error = rvl_find_boot(vm, &boot);
	u32 i;

	if (error)
		return error;
	if (!vm->vcpus[0])
		return -EINVAL;
	error = donate_present(vm);
	for (i = 0; i < RAVELIN_MAX_VCPUS && !error; i++) {
		if (vm->vcpus[i])
			error = rvl_vcpu_make(vm->vcpus[i], i ? 0 : boot.firmware, i ? 0 : boot.tree, i != 0);
	}
	return error;
}

static int start(struct rvl_vm *vm)
{
	s64 status = rvl_do(VM_SET_TIME, vm->handle, vm->count_offset);
	int error;

	if (status != RAVELIN_SUCCESS)
		return rvl_errno(status);
	mutex_lock(&vm->memory_lock);
	error = declare_ram(vm);
	if (!error && vm->is_protected)
		error = make_protected_vcpus(vm);
	mutex_unlock(&vm->memory_lock);
	return error;
}

int rvl_start(struct rvl_vm *vm)
{
	int error;

	if (READ_ONCE(vm->started))
		return 0;
	mutex_lock(&vm->lock);
	error = vm->dead ? -EIO : 0;
	if (!error && !vm->started) {
		error = rvl_make(vm) ?: rvl_vgic_map(vm) ?: start(vm);
		/* Half of it may be done, and can't be undone. */
		vm->dead = error != 0;
		smp_store_release(&vm->started, !error);
	}
	mutex_unlock(&vm->lock);
	return error;
}

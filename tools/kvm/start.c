// SPDX-License-Identifier: GPL-2.0-only
/*
 * Before a VM's first instruction: Ravelin is told what the VMM has set up. From then on a protected VM can't
 * be changed any more.
 */

#include "own_memory.h"
#include "vcpu.h"

static int declare_slots(struct rvl_vm *vm)
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

/* Declares what is left of @address on below @end. */
static int declare_between(struct rvl_vm *vm, u64 address, u64 end)
{
	return address < end ? rvl_errno(rvl_do(VM_ADD_RAM, vm->handle, address, end - address)) : 0;
}

/* All of a plain VM, but for its interrupt controller: its VMM can make and end slots while it runs. */
static int declare_all(struct rvl_vm *vm)
{
	u64 end = BIT_ULL(vm->ipa_bits);
	u64 distributor = vm->vgic.set ? vm->vgic.distributor : end;
	u64 cpu_interface = vm->vgic.set ? vm->vgic.cpu_interface : end;
	u64 distributor_end = distributor + RAVELIN_GICD_PAGES * RAVELIN_PAGE_SIZE;
	u64 cpu_interface_end = cpu_interface + RAVELIN_GICC_PAGES * RAVELIN_PAGE_SIZE;

	return declare_between(vm, 0, min(distributor, cpu_interface)) ?:
	       declare_between(vm, min(distributor_end, cpu_interface_end), max(distributor, cpu_interface)) ?:
	       declare_between(vm, max(distributor_end, cpu_interface_end), end);
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
	error = vm->is_protected ? declare_slots(vm) : declare_all(vm);
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

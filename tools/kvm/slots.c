// SPDX-License-Identifier: GPL-2.0-only
/* Memory slots: which IPAs of a VM are memory of its VMM, and the pages that a fault in one asks for. */

#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/uaccess.h>

#include "own_memory.h"
#include "vmm_memory.h"

struct rvl_slot *rvl_find_slot(struct rvl_vm *vm, gfn_t gfn)
{
	u32 i;

	for (i = 0; i < vm->slot_count; i++) {
		struct rvl_slot *slot = &vm->slots[i];

		if (gfn >= slot->first && gfn - slot->first < slot->pages)
			return slot;
	}
	return NULL;
}

/* Whether it's declared to Ravelin before the VM starts. What a protected VM may only read it doesn't have as
 * memory: such accesses go to the VMM. */
bool rvl_slot_is_ram(const struct rvl_vm *vm, const struct rvl_slot *slot)
{
	return vm->is_protected && !(slot->flags & KVM_MEM_READONLY);
}

struct rvl_slot *rvl_slot_with_id(struct rvl_vm *vm, u32 id)
{
	u32 i;

	for (i = 0; i < vm->slot_count; i++) {
		if (vm->slots[i].id == id)
			return &vm->slots[i];
	}
	return NULL;
}

static bool overlaps(struct rvl_vm *vm, const struct rvl_slot *new)
{
	u32 i;

	for (i = 0; i < vm->slot_count; i++) {
		const struct rvl_slot *slot = &vm->slots[i];

		if (slot->id != new->id &&new->first < slot->first + slot->pages &&
		    slot->first < new->first + new->pages)
			return true;
	}
	return false;
}

static int check(const struct rvl_vm *vm, const struct kvm_userspace_memory_region *region)
{
	u64 end;

	u32 known = KVM_MEM_READONLY | (vm->is_protected ? 0 : KVM_MEM_LOG_DIRTY_PAGES);

	if (region->slot >= RVL_MAX_SLOTS || (region->flags & ~known))
		return -EINVAL;
	if (!PAGE_ALIGNED(region->memory_size) || !PAGE_ALIGNED(region->guest_phys_addr) ||
	    !PAGE_ALIGNED(region->userspace_addr))
		return -EINVAL;
	if (check_add_overflow(region->guest_phys_addr, region->memory_size, &end) ||
	    end > BIT_ULL(vm->ipa_bits))
		return -EINVAL;
	if (region->userspace_addr != untagged_addr(region->userspace_addr) ||
	    !access_ok((void __user *)region->userspace_addr, region->memory_size))
		return -EINVAL;
	return 0;
}

static bool shares_memory(struct rvl_vm *vm, const struct rvl_slot *with)
{
	u32 i;

	for (i = 0; i < vm->slot_count; i++) {
		if (&vm->slots[i] != with && vm->slots[i].memory == with->memory)
			return true;
	}
	return false;
}

static int release(struct rvl_vm *vm, struct rvl_slot *slot)
{
	if (!slot->memory) {
		int error = rvl_vmm_take_back(vm, slot);

		if (!error)
			rvl_dirty_forget(slot);
		return error;
	}
	/* The VM hasn't started, and has nothing of it. */
	if (!shares_memory(vm, slot))
		rvl_memory_come_back(slot->memory);
	rvl_memory_put(slot->memory);
	return 0;
}

static int remove(struct rvl_vm *vm, struct rvl_slot *slot)
{
	int error;

	if (!slot)
		return -EINVAL;
	if (vm->started && slot->memory)
		return -EBUSY;
	error = release(vm, slot);
	if (error)
		return error;
	*slot = vm->slots[--vm->slot_count];
	return 0;
}

/* A slot that is there can get another place, be logged or not any more, and keeps all else. */
static int change(struct rvl_vm *vm, struct rvl_slot *slot, const struct rvl_slot *new)
{
	bool logs = new->flags & KVM_MEM_LOG_DIRTY_PAGES;
	int error = 0;

	if (slot->pages != new->pages || slot->user_address != new->user_address ||
	    ((slot->flags ^ new->flags) & ~KVM_MEM_LOG_DIRTY_PAGES))
		return -EINVAL;
	if (slot->first != new->first && vm->started && slot->memory)
		return -EBUSY;
	if (logs && !slot->dirty)
		error = rvl_dirty_start(vm, slot);
	if (!error && slot->first != new->first && !slot->memory)
		error = rvl_vmm_take_back(vm, slot);
	if (error)
		return error;
	if (slot->first != new->first && slot->dirty)
		bitmap_zero(slot->dirty, slot->pages);
	slot->first = new->first;
	if (!logs && slot->dirty)
		rvl_dirty_stop(vm, slot);
	slot->flags = new->flags;
	return 0;
}

static u32 count_ram(const struct rvl_vm *vm)
{
	u32 count = 0, i;

	for (i = 0; i < vm->slot_count; i++)
		count += rvl_slot_is_ram(vm, &vm->slots[i]);
	return count;
}

static int add(struct rvl_vm *vm, const struct rvl_slot *new)
{
	struct rvl_slot slot = *new;

	if (vm->slot_count == RVL_MAX_SLOTS)
		return -ENOMEM;
	if (rvl_slot_is_ram(vm, &slot)) {
		if (vm->started)
			return -EBUSY;
		if (count_ram(vm) == RAVELIN_MAX_RAM_RANGES)
			return -ENOMEM;
		slot.memory = rvl_memory_take(vm, slot.first, slot.pages, slot.user_address, &slot.offset);
		if (IS_ERR(slot.memory))
			return PTR_ERR(slot.memory);
	}
	if (slot.flags & KVM_MEM_LOG_DIRTY_PAGES) {
		int error = rvl_dirty_start(vm, &slot);

		if (error)
			return error;
	}
	vm->slots[vm->slot_count++] = slot;
	return 0;
}

int rvl_set_slot(struct rvl_vm *vm, const struct kvm_userspace_memory_region *region)
{
	struct rvl_slot new = {
		.id = region->slot,
		.flags = region->flags,
		.first = PHYS_PFN(region->guest_phys_addr),
		.pages = region->memory_size >> PAGE_SHIFT,
		.user_address = region->userspace_addr,
	};
	struct rvl_slot *old;
	int error = check(vm, region);

	if (error)
		return error;
	mutex_lock(&vm->lock);
	mutex_lock(&vm->memory_lock);
	old = rvl_slot_with_id(vm, new.id);
	if (!new.pages)
		error = remove(vm, old);
	else if (overlaps(vm, &new))
		error = -EEXIST;
	else
		error = old ? change(vm, old, &new) : add(vm, &new);
	mutex_unlock(&vm->memory_lock);
	mutex_unlock(&vm->lock);
	return error;
}

/* A vCPU needs a page of RAM: to write to it, if the VM is plain and says so. RVL_NO_RAM: there's none. */
int rvl_page_needed(struct rvl_vm *vm, gfn_t gfn, bool write)
{
	struct rvl_slot *slot;
	int result = RVL_NO_RAM;

	mutex_lock(&vm->memory_lock);
	slot = rvl_find_slot(vm, gfn);
	if (slot && slot->memory)
		result = rvl_memory_donate(vm, slot, gfn);
	else if (slot && !(write && (slot->flags & KVM_MEM_READONLY)))
		result = rvl_vmm_lend(vm, slot, gfn, write);
	mutex_unlock(&vm->memory_lock);
	return result;
}

/* After the VM's end, when all pages are the host's again. */
void rvl_slots_free(struct rvl_vm *vm)
{
	u32 i;

	for (i = 0; i < vm->slot_count; i++) {
		if (vm->slots[i].memory) {
			rvl_memory_come_back(vm->slots[i].memory);
			rvl_memory_put(vm->slots[i].memory);
		}
		rvl_dirty_forget(&vm->slots[i]);
	}
	vm->slot_count = 0;
	rvl_vmm_unpin_all(vm);
}

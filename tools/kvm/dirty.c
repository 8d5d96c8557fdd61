// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which pages of a slot a plain VM has written since its VMM asked last (KVM_MEM_LOG_DIRTY_PAGES). What isn't
 * among them the VM may only read; its first store there asks for more.
 */

#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "vmm_memory.h"

static s64 protect(struct rvl_vm *vm, gfn_t first, unsigned long pages, u64 rights)
{
	struct rvl_call call = { .x = { RAVELIN_VM_PROTECT, vm->handle, first << PAGE_SHIFT, pages,
					rights } };

	return rvl_with_tables(vm, &call);
}

/* Changes how the VM reaches all that it has of a slot. */
static int protect_all(struct rvl_vm *vm, const struct rvl_slot *slot, u64 rights)
{
	s64 status = RAVELIN_SUCCESS;
	unsigned long gfn;
	struct page *page;

	xa_for_each_range(&vm->lent, gfn, page, slot->first, slot->first + slot->pages - 1) {
		status = protect(vm, gfn, rvl_vmm_pages_at(vm, gfn), rights);
		if (status != RAVELIN_SUCCESS)
			break;
		cond_resched();
	}
	return rvl_errno(status);
}

int rvl_dirty_start(struct rvl_vm *vm, struct rvl_slot *slot)
{
	int error;

	slot->dirty = kvcalloc(BITS_TO_LONGS(slot->pages), sizeof(long), GFP_KERNEL_ACCOUNT);
	if (!slot->dirty)
		return -ENOMEM;
	error = protect_all(vm, slot, 0);
	if (error)
		rvl_dirty_stop(vm, slot);
	return error;
}

void rvl_dirty_stop(struct rvl_vm *vm, struct rvl_slot *slot)
{
	/* What stays read-only is asked for again, and found to be there: see rvl_dirty_note(). */
	if (!(slot->flags & KVM_MEM_READONLY))
		(void)protect_all(vm, slot, RAVELIN_WRITABLE);
	rvl_dirty_forget(slot);
}

void rvl_dirty_forget(struct rvl_slot *slot)
{
	kvfree(slot->dirty);
	slot->dirty = NULL;
}

int rvl_dirty_note(struct rvl_vm *vm, struct rvl_slot *slot, gfn_t gfn)
{
	s64 status = protect(vm, gfn, 1, RAVELIN_WRITABLE);

	if (status == RAVELIN_SUCCESS && slot->dirty)
		set_bit(gfn - slot->first, slot->dirty);
	return rvl_errno(status);
}

/* Has the VM ask again before it writes to what it has written to. */
static int begin_anew(struct rvl_vm *vm, struct rvl_slot *slot)
{
	unsigned long from, to;

	for_each_set_bitrange(from, to, slot->dirty, slot->pages) {
		unsigned long pages;

		for (; from < to; from += pages) {
			s64 status;

			pages = min_t(unsigned long, to - from, RAVELIN_BATCH_PAGES);
			status = protect(vm, slot->first + from, pages, 0);
			if (status != RAVELIN_SUCCESS)
				return rvl_errno(status);
		}
		cond_resched();
	}
	/* Not before: if it fails, all that was dirty is so the next time. */
	bitmap_zero(slot->dirty, slot->pages);
	return 0;
}

int rvl_dirty_log(struct rvl_vm *vm, const struct kvm_dirty_log *log)
{
	struct rvl_slot *slot;
	int error = -ENOENT;

	mutex_lock(&vm->memory_lock);
	slot = rvl_slot_with_id(vm, log->slot);
	if (slot && slot->dirty)
		error = copy_to_user(log->dirty_bitmap, slot->dirty,
				     BITS_TO_LONGS(slot->pages) * sizeof(long))
				? -EFAULT
				: begin_anew(vm, slot);
	mutex_unlock(&vm->memory_lock);
	return error;
}

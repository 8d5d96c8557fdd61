// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "vmm_memory.h"

#define BLOCK_PAGES (1UL << RVL_BLOCK_ORDER)
#define BLOCK XA_MARK_0 /* the entry stands for a block */

static unsigned long pages_of(struct rvl_vm *vm, gfn_t gfn)
{
	return xa_get_mark(&vm->lent, gfn, BLOCK) ? BLOCK_PAGES : 1;
}

static void unpin(struct rvl_vm *vm, gfn_t gfn, struct page *page)
{
	rvl_pin_unaccount(vm->mm, pages_of(vm, gfn));
	xa_erase(&vm->lent, gfn);
	unpin_user_pages_dirty_lock(&page, 1, true);
}

void rvl_vmm_unpin_all(struct rvl_vm *vm)
{
	unsigned long gfn;
	struct page *page;

	xa_for_each(&vm->lent, gfn, page) {
		unpin(vm, gfn, page);
		cond_resched();
	}
}

void rvl_vmm_take_back(struct rvl_vm *vm, const struct rvl_slot *slot)
{
	unsigned long gfn;
	struct page *page;

	xa_for_each_range(&vm->lent, gfn, page, slot->first, slot->first + slot->pages - 1) {
		struct rvl_call call = { .x = { RAVELIN_VM_UNMAP, vm->handle, gfn << PAGE_SHIFT,
						pages_of(vm, gfn) } };

		/* A page that Ravelin doesn't let go of stays pinned. */
		if (!WARN_ON_ONCE(rvl_with_tables(vm, &call) != RAVELIN_SUCCESS && !rvl_has_ended()))
			unpin(vm, gfn, page);
		cond_resched();
	}
}

/* Nobody watches what a VM writes: all that it has may be dirty, each time that its VMM asks. */
int rvl_vmm_tell_dirty(struct rvl_vm *vm, const struct rvl_slot *slot, void __user *user)
{
	size_t bytes = BITS_TO_LONGS(slot->pages) * sizeof(long);
	unsigned long *bitmap = kvzalloc(bytes, GFP_KERNEL_ACCOUNT);
	unsigned long gfn;
	struct page *page;
	int error;

	if (!bitmap)
		return -ENOMEM;
	xa_for_each_range(&vm->lent, gfn, page, slot->first, slot->first + slot->pages - 1)
		bitmap_set(bitmap, gfn - slot->first, pages_of(vm, gfn));
	error = copy_to_user(user, bitmap, bytes) ? -EFAULT : 0;
	kvfree(bitmap);
	return error;
}

/*
 * Whether the block around @gfn can be lent whole: a huge page is there, guest page and page are at the same
 * place in their blocks, the slot has all of it, and nothing of it is lent.
 */
static bool is_block(struct rvl_vm *vm, const struct rvl_slot *slot, gfn_t gfn, struct page *page)
{
	gfn_t first = round_down(gfn, BLOCK_PAGES);
	unsigned long index = first;

	return PageTransCompound(page) && compound_order(compound_head(page)) == RVL_BLOCK_ORDER &&
	       gfn - first == (page_to_pfn(page) & (BLOCK_PAGES - 1)) && first >= slot->first &&
	       first + BLOCK_PAGES <= slot->first + slot->pages &&
	       !xa_find(&vm->lent, &index, first + BLOCK_PAGES - 1, XA_PRESENT);
}

static int remember(struct rvl_vm *vm, gfn_t gfn, unsigned long count, struct page *page)
{
	int error = rvl_pin_account(vm->mm, count);

	if (error)
		return error;
	error = xa_err(xa_store(&vm->lent, gfn, page, GFP_KERNEL_ACCOUNT));
	if (error)
		rvl_pin_unaccount(vm->mm, count);
	else if (count > 1)
		xa_set_mark(&vm->lent, gfn, BLOCK);
	return error;
}

int rvl_vmm_lend(struct rvl_vm *vm, const struct rvl_slot *slot, gfn_t gfn)
{
	bool writable = !(slot->flags & KVM_MEM_READONLY);
	unsigned long address = slot->user_address + ((gfn - slot->first) << PAGE_SHIFT);
	unsigned long count;
	struct page *page;
	gfn_t first;
	s64 status;
	int pinned, error;

	/* Another vCPU has asked for it, too. */
	if (xa_load(&vm->lent, gfn) || pages_of(vm, round_down(gfn, BLOCK_PAGES)) > 1)
		return 0;
	pinned = pin_user_pages_fast(address, 1, (writable ? FOLL_WRITE : 0) | FOLL_LONGTERM, &page);
	if (pinned != 1)
		return pinned < 0 ? pinned : -EFAULT;

	count = is_block(vm, slot, gfn, page) ? BLOCK_PAGES : 1;
	first = round_down(gfn, count);
	error = remember(vm, first, count, page);
	if (error) {
		unpin_user_pages_dirty_lock(&page, 1, false);
		return error;
	}
	status = rvl_with_tables(
		vm, &(struct rvl_call){ .x = { RAVELIN_VM_LEND, vm->handle, first << PAGE_SHIFT,
					       page_to_phys(page) - ((gfn - first) << PAGE_SHIFT), count,
					       writable ? RAVELIN_WRITABLE : 0 } });
	if (status != RAVELIN_SUCCESS) {
		unpin(vm, first, page);
		return rvl_errno(status);
	}
	return 0;
}

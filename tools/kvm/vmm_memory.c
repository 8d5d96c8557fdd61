// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include "vmm_memory.h"

#define BLOCK_PAGES (1UL << RVL_BLOCK_ORDER)
#define BLOCK XA_MARK_0 /* the entry stands for a block */

unsigned long rvl_vmm_pages_at(struct rvl_vm *vm, gfn_t gfn)
{
	return xa_get_mark(&vm->lent, gfn, BLOCK) ? BLOCK_PAGES : 1;
}

static void unpin(struct rvl_vm *vm, gfn_t gfn, struct page *page)
{
	rvl_pin_unaccount(vm->mm, rvl_vmm_pages_at(vm, gfn));
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

int rvl_vmm_take_back(struct rvl_vm *vm, const struct rvl_slot *slot)
{
	unsigned long gfn;
	struct page *page;

	xa_for_each_range(&vm->lent, gfn, page, slot->first, slot->first + slot->pages - 1) {
		struct rvl_call call = { .x = { RAVELIN_VM_UNMAP, vm->handle, gfn << PAGE_SHIFT,
						rvl_vmm_pages_at(vm, gfn) } };
		s64 status = rvl_with_tables(vm, &call);

		/* A page that Ravelin doesn't let go of stays pinned. */
		if (status != RAVELIN_SUCCESS)
			return rvl_errno(status);
		unpin(vm, gfn, page);
		cond_resched();
	}
	return 0;
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

/*
 * Pins the page of the VMM's at @address. One that somebody else has to bring (userfaultfd) can't be waited
 * for where it's pinned for long; so it's waited for before that.
 */
static int pin(struct rvl_vm *vm, unsigned long address, bool writable, struct page **page)
{
	unsigned int flags = (writable ? FOLL_WRITE : 0) | FOLL_LONGTERM;
	int pinned = pin_user_pages_fast(address, 1, flags, page);
	bool unlocked = false;
	int error;

	if (pinned == -EFAULT) {
		mmap_read_lock(vm->mm);
		error = fixup_user_fault(vm->mm, address, writable ? FAULT_FLAG_WRITE : 0, &unlocked);
		mmap_read_unlock(vm->mm);
		if (error)
			return error;
		pinned = pin_user_pages_fast(address, 1, flags, page);
	}
	if (pinned != 1)
		return pinned < 0 ? pinned : -EFAULT;
	return 0;
}

/* A page that the VM has already: another vCPU has asked for it, too, or it's to be written, and logged. */
static bool has_page(struct rvl_vm *vm, gfn_t gfn)
{
	return xa_load(&vm->lent, gfn) || rvl_vmm_pages_at(vm, round_down(gfn, BLOCK_PAGES)) > 1;
}

int rvl_vmm_lend(struct rvl_vm *vm, struct rvl_slot *slot, gfn_t gfn, bool write)
{
	bool can_write = !(slot->flags & KVM_MEM_READONLY);
	bool writable = can_write && (write || !slot->dirty);
	unsigned long address = slot->user_address + ((gfn - slot->first) << PAGE_SHIFT);
	unsigned long count;
	struct page *page;
	gfn_t first;
	s64 status;
	int error;

	if (has_page(vm, gfn))
		return write ? rvl_dirty_note(vm, slot, gfn) : 0;
	error = pin(vm, address, can_write, &page);
	if (error)
		return error;

	count = !slot->dirty && is_block(vm, slot, gfn, page) ? BLOCK_PAGES : 1;
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
	if (writable && slot->dirty)
		set_bit(gfn - slot->first, slot->dirty);
	return 0;
}

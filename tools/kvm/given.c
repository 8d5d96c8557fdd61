// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages that Ravelin has of this driver while a VM lives: its control blocks and tables. The host doesn't
 * reach them, so nothing here looks into one.
 */

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "vm.h"

/* Pages that VMs have of this driver and of VMMs. */
static atomic_long_t pages_held = ATOMIC_LONG_INIT(0);

static int get_pages_held(char *buffer, const struct kernel_param *parameter)
{
	return sysfs_emit(buffer, "%ld\n", atomic_long_read(&pages_held));
}

static const struct kernel_param_ops pages_operations = { .get = get_pages_held };
module_param_cb(pages, &pages_operations, NULL, 0444);
MODULE_PARM_DESC(pages, "pages that VMs have now");

/* Pages of one VM_TOP_UP, 2^order: one more block of RAM takes one table. */
#define TABLES_ORDER 2

struct page *rvl_give_alloc(unsigned int order)
{
	return alloc_pages(GFP_KERNEL_ACCOUNT | __GFP_NOWARN, order);
}

/* Remembers pages that are Ravelin's now, to be freed when the VM has ended. */
void rvl_give_keep(struct rvl_vm *vm, struct page *page, unsigned int order)
{
	atomic_long_add(1L << order, &pages_held);
	set_page_private(page, order);
	list_add(&page->lru, &vm->given);
}

void rvl_give_free_all(struct rvl_vm *vm)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &vm->given, lru) {
		unsigned int order = page_private(page);

		atomic_long_sub(1L << order, &pages_held);
		list_del(&page->lru);
		set_page_private(page, 0);
		__free_pages(page, order);
	}
}

static int top_up(struct rvl_vm *vm)
{
	unsigned int order = TABLES_ORDER;
	struct page *page = rvl_give_alloc(order);
	s64 status;

	if (!page) {
		order = 0;
		page = rvl_give_alloc(order);
	}
	if (!page)
		return -ENOMEM;
	status = rvl_do(VM_TOP_UP, vm->handle, page_to_phys(page), 1UL << order);
	if (status != RAVELIN_SUCCESS) {
		__free_pages(page, order);
		return rvl_errno(status);
	}
	rvl_give_keep(vm, page, order);
	return 0;
}

/* Makes a call that may lack pages for tables, with memory_lock held. Ravelin needs a few of them at most. */
s64 rvl_with_tables(struct rvl_vm *vm, const struct rvl_call *call)
{
	unsigned int tries;
	s64 status = RAVELIN_NO_MEMORY;

	for (tries = 0; tries < 8; tries++) {
		struct rvl_call copy = *call;

		status = rvl_hvc(&copy);
		if (status != RAVELIN_NO_MEMORY || top_up(vm))
			break;
	}
	return status;
}

/* Counts pages against RLIMIT_MEMLOCK: what a VM has can't be swapped. */
int rvl_pin_account(struct mm_struct *mm, unsigned long pages)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;

	if (atomic64_add_return(pages, &mm->pinned_vm) <= limit || capable(CAP_IPC_LOCK)) {
		atomic_long_add(pages, &pages_held);
		return 0;
	}
	atomic64_sub(pages, &mm->pinned_vm);
	pr_info_ratelimited("%s[%d]: RLIMIT_MEMLOCK, %lu KiB, is too small for its VM's memory\n",
			    current->comm, task_pid_nr(current), limit << (PAGE_SHIFT - 10));
	return -ENOMEM;
}

void rvl_pin_unaccount(struct mm_struct *mm, unsigned long pages)
{
	atomic_long_sub(pages, &pages_held);
	atomic64_sub(pages, &mm->pinned_vm);
}

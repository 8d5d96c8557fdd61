// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes a VM of Ravelin's as a kernel does that crashes behind it: nobody else knows of it. When the module
 * goes it says whether the pages that the VM had are this kernel's again, and zero where the VM owned them.
 */

#include <linux/arm-smccc.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "hyp/abi/status.h"
#include "hyp/abi/vm_calls.h"

#define PAGES 64
#define RAM 0x40000000UL
#define ORDER 2 /* of what VM_CREATE takes */

static void *control, *tables, *memory;

static long call(unsigned long function, unsigned long a1, unsigned long a2, unsigned long a3,
		 unsigned long a4, unsigned long *value)
{
	struct arm_smccc_res result;

	arm_smccc_hvc(function, a1, a2, a3, a4, 0, 0, 0, &result);
	if (value)
		*value = result.a1;
	return (long)result.a0;
}

static void *pages(unsigned int order)
{
	struct page *page = alloc_pages(GFP_KERNEL, order);

	return page ? page_address(page) : NULL;
}

static int __init orphan_init(void)
{
	unsigned long vm;
	u8 byte;

	control = pages(ORDER);
	tables = pages(3);
	memory = pages(get_order(PAGES * PAGE_SIZE));
	if (!control || !tables || !memory)
		return -ENOMEM;
	memset(memory, 0x5a, PAGES * PAGE_SIZE);
	if (call(RAVELIN_VM_CREATE, virt_to_phys(control), 40 | RAVELIN_VM_PROTECTED, 1, 0, &vm) ||
	    call(RAVELIN_VM_ADD_RAM, vm, RAM, PAGES * PAGE_SIZE, 0, NULL) ||
	    call(RAVELIN_VM_TOP_UP, vm, virt_to_phys(tables), 8, 0, NULL) ||
	    call(RAVELIN_VM_DONATE, vm, RAM, virt_to_phys(memory), PAGES, NULL))
		return -EIO;
	if (!copy_from_kernel_nofault(&byte, memory, 1))
		return -EEXIST;
	return 0;
}

static void __exit orphan_exit(void)
{
	static u8 copy[PAGE_SIZE];
	unsigned int i, good = 0;

	for (i = 0; i < PAGES; i++) {
		if (!copy_from_kernel_nofault(copy, memory + i * PAGE_SIZE, PAGE_SIZE) &&
		    !memchr_inv(copy, 0, PAGE_SIZE))
			good++;
	}
	pr_info("orphan: %u of %u pages are back, and zero\n", good, PAGES);
	if (good != PAGES)
		return;
	free_pages((unsigned long)control, ORDER);
	free_pages((unsigned long)tables, 3);
	free_pages((unsigned long)memory, get_order(PAGES * PAGE_SIZE));
}

module_init(orphan_init);
module_exit(orphan_exit);
MODULE_DESCRIPTION("A VM that nobody knows");
MODULE_LICENSE("GPL");

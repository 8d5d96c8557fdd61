// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks for a text in all memory that this kernel reaches, when it's loaded, and says how often it's there.
 * The text is given with all bits of each byte inverted, so that looking for it doesn't put it into memory.
 */

#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#define LONGEST 64
#define HIGHEST_ADDRESS (64ULL << 30)

static char *inverted;
module_param(inverted, charp, 0);
MODULE_PARM_DESC(inverted, "the text, inverted, in hexadecimal");

static u8 wanted[LONGEST];
static size_t length;
static unsigned long found, read_pages, unreachable;

static bool is_here(const u8 *at)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if ((u8)~at[i] != wanted[i])
			return false;
	}
	return true;
}

static void scan_page(const void *page, u8 *copy)
{
	const u8 *const last = copy + PAGE_SIZE - length;
	const u8 *at;

	if (page == copy)
		return;
	/* What a VM has that doesn't share it is a fault, which ends the copy. */
	if (copy_from_kernel_nofault(copy, page, PAGE_SIZE)) {
		unreachable++;
		return;
	}
	read_pages++;
	for (at = copy; at <= last && (at = memchr(at, (u8)~wanted[0], last + 1 - at)); at++) {
		if (is_here(at))
			found++;
	}
}

static int __init scan_init(void)
{
	unsigned long pfn;
	u8 *copy;

	length = inverted ? strlen(inverted) / 2 : 0;
	if (!length || length > LONGEST || hex2bin(wanted, inverted, length))
		return -EINVAL;
	copy = (u8 *)__get_free_page(GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	for (pfn = 0; pfn < PHYS_PFN(HIGHEST_ADDRESS); pfn++) {
		if (pfn_valid(pfn) && pfn_is_map_memory(pfn))
			scan_page(page_address(pfn_to_page(pfn)), copy);
		if (!(pfn % 512))
			cond_resched();
	}
	memset(copy, 0, PAGE_SIZE);
	free_page((unsigned long)copy);
	pr_info("scan: found %lu times, in %lu pages; %lu can't be reached\n", found, read_pages,
		unreachable);
	return 0;
}

static void __exit scan_exit(void)
{
}

module_init(scan_init);
module_exit(scan_exit);
MODULE_DESCRIPTION("Looks for a text in memory");
MODULE_LICENSE("GPL");

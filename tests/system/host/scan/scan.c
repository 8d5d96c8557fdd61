// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks for texts in all memory that this kernel reaches, when it's loaded, and says how often each is there.
 * They are given with all bits of each byte inverted, so that looking for them doesn't put them into memory.
 */

#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#define MOST 4
#define LONGEST 64
#define WORD sizeof(u64)
/* One of so many bytes has a whole word in it, wherever it lies. */
#define SHORTEST (2 * WORD - 1)
#define HIGHEST_ADDRESS (64ULL << 30)

static char *inverted[MOST];
static unsigned int count;
module_param_array(inverted, charp, &count, 0);
MODULE_PARM_DESC(inverted, "the texts, inverted, in hexadecimal");

static struct text {
	u8 bytes[LONGEST];
	size_t length;
	unsigned long found;
} texts[MOST];
/* Whether the first word that lies in one of them may begin with a byte. */
static bool begins[256];
static unsigned long read_pages, unreachable;

static int read_text(struct text *text, const char *hexadecimal)
{
	size_t i;

	text->length = strlen(hexadecimal) / 2;
	if (text->length < SHORTEST || text->length > LONGEST ||
	    hex2bin(text->bytes, hexadecimal, text->length))
		return -EINVAL;
	for (i = 0; i < WORD; i++)
		begins[text->bytes[i]] = true;
	return 0;
}

static bool is_here(const struct text *text, const u8 *at)
{
	size_t i;

	for (i = 0; i < text->length; i++) {
		if ((u8)~at[i] != text->bytes[i])
			return false;
	}
	return true;
}

/* Counts the texts whose first whole word is this one. */
static void look_around(const u8 *page, size_t offset)
{
	const u64 word = ~*(const u64 *)(page + offset);
	struct text *text;
	size_t before;

	for (text = texts; text < texts + count; text++) {
		for (before = 0; before < WORD; before++) {
			if (memcmp(&word, text->bytes + before, WORD) == 0 && before <= offset &&
			    offset - before + text->length <= PAGE_SIZE &&
			    is_here(text, page + offset - before))
				text->found++;
		}
	}
}

static void scan_page(const void *page, u8 *copy)
{
	size_t offset;

	if (page == copy)
		return;
	/* What a VM has that doesn't share it is a fault, which ends the copy. */
	if (copy_from_kernel_nofault(copy, page, PAGE_SIZE)) {
		unreachable++;
		return;
	}
	read_pages++;
	for (offset = 0; offset < PAGE_SIZE; offset += WORD) {
		if (begins[(u8)~copy[offset]])
			look_around(copy, offset);
	}
}

static int __init scan_init(void)
{
	unsigned long pfn;
	unsigned int i;
	u8 *copy;

	if (!count)
		return -EINVAL;
	for (i = 0; i < count; i++) {
		if (read_text(&texts[i], inverted[i]))
			return -EINVAL;
	}
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
	for (i = 0; i < count; i++)
		pr_info("scan: text %u is there %lu times, in %lu pages; %lu can't be reached\n", i,
			texts[i].found, read_pages, unreachable);
	return 0;
}

static void __exit scan_exit(void)
{
}

module_init(scan_init);
module_exit(scan_exit);
MODULE_DESCRIPTION("Looks for texts in memory");
MODULE_LICENSE("GPL");

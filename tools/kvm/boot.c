// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a protected VM's boot finds what it needs: the signed file and the device tree, which a VMM has
 * loaded somewhere. A VMM that says where the tree is, in X0 of the first vCPU, as Linux' boot protocol has
 * it, is believed; one whose own boot code would say it isn't asked: that code doesn't run. Nothing here has
 * to be right: Ravelin's firmware checks all of it.
 */

#include <linux/highmem.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "hyp/abi/boot.h"
#include "own_memory.h"
#include "vcpu.h"

#define FDT_MAGIC 0xd00dfeed
#define FDT_MAX_SIZE SZ_2M
#define FDT_LAST_COMPATIBLE 16 /* the version that is current since 2005 */

struct fdt_start { /* [Devicetree Specification, 5.2] */
	__be32 magic;
	__be32 total_size;
	__be32 offsets[3];
	__be32 version;
	__be32 last_compatible;
};

#define BLOCK_FRAMES (RAVELIN_IMAGE_ALIGNMENT >> PAGE_SHIFT)

/* Copies the start of what the VMM has put at page @gfn, if it has put something there. */
static bool read_page(const struct rvl_slot *slot, gfn_t gfn, void *to, size_t size)
{
	struct page *page = rvl_memory_page(slot, gfn);

	if (!page)
		return false;
	memcpy_from_page(to, page, 0, size);
	return true;
}

static bool read_manifest(const struct rvl_slot *slot, gfn_t gfn, struct ravelin_manifest *manifest)
{
	BUILD_BUG_ON(sizeof(*manifest) > PAGE_SIZE);
	return read_page(slot, gfn, manifest, sizeof(*manifest)) &&
	       le64_to_cpu((__force __le64)manifest->magic) == RAVELIN_MANIFEST_MAGIC;
}

/* Pages of the whole file; 0 if its manifest says what can't be. */
static u64 file_pages(const struct ravelin_manifest *manifest)
{
	u64 bytes = RAVELIN_IMAGE_KERNEL;

	if (check_add_overflow(bytes, manifest->kernel_size, &bytes) ||
	    check_add_overflow(bytes, manifest->initramfs_size, &bytes) ||
	    check_add_overflow(bytes, (u64)2 * PAGE_SIZE, &bytes))
		return 0;
	return bytes >> PAGE_SHIFT;
}

static bool is_tree(const struct rvl_slot *slot, gfn_t gfn)
{
	struct fdt_start tree;

	if (!read_page(slot, gfn, &tree, sizeof(tree)))
		return false;
	return be32_to_cpu(tree.magic) == FDT_MAGIC && be32_to_cpu(tree.total_size) >= sizeof(tree) &&
	       be32_to_cpu(tree.total_size) <= FDT_MAX_SIZE &&
	       be32_to_cpu(tree.last_compatible) == FDT_LAST_COMPATIBLE;
}

static bool find_file(struct rvl_vm *vm, gfn_t *first, u64 *pages)
{
	struct ravelin_manifest *manifest = kmalloc(sizeof(*manifest), GFP_KERNEL);
	bool found = false;
	u32 i;

	if (!manifest)
		return false;
	for (i = 0; i < vm->slot_count && !found; i++) {
		const struct rvl_slot *slot = &vm->slots[i];
		gfn_t end = slot->first + slot->pages, gfn;

		if (!slot->memory)
			continue;
		for (gfn = round_up(slot->first, BLOCK_FRAMES); gfn < end && !found; gfn += BLOCK_FRAMES) {
			found = read_manifest(slot, gfn, manifest);
			*first = gfn;
		}
	}
	*pages = found ? file_pages(manifest) : 0;
	kfree(manifest);
	return found;
}

/* The first tree that isn't in the signed file. */
static bool find_tree(struct rvl_vm *vm, gfn_t file, u64 file_pages, u64 *tree)
{
	u32 i;

	for (i = 0; i < vm->slot_count; i++) {
		const struct rvl_slot *slot = &vm->slots[i];
		gfn_t gfn;

		if (!slot->memory)
			continue;
		for (gfn = slot->first; gfn < slot->first + slot->pages; gfn++) {
			if (gfn == file) {
				gfn += max_t(u64, file_pages, 1) - 1;
			} else if (is_tree(slot, gfn)) {
				*tree = gfn << PAGE_SHIFT;
				return true;
			}
			if (!(gfn % BLOCK_FRAMES))
				cond_resched();
		}
	}
	return false;
}

/* Called with memory_lock held, before the VM has any of its memory. */
int rvl_find_boot(struct rvl_vm *vm, struct rvl_boot *boot)
{
	u64 x0 = vm->vcpus[0] ? vm->vcpus[0]->shadow[RAVELIN_REGISTER_X0] : 0, pages;
	const struct rvl_slot *slot = rvl_find_slot(vm, PHYS_PFN(x0));
	gfn_t file;

	if (!find_file(vm, &file, &pages)) {
		pr_info_ratelimited("%s[%d]: a protected VM boots what tools/sign-image has made; "
				    "there's no such file in its memory, at a multiple of 2 MiB\n",
				    current->comm, task_pid_nr(current));
		return -ENOEXEC;
	}
	boot->firmware = (file << PAGE_SHIFT) + RAVELIN_IMAGE_FIRMWARE;
	boot->tree = x0;
	if (PAGE_ALIGNED(x0) && slot && slot->memory && is_tree(slot, PHYS_PFN(x0)))
		return 0;
	if (find_tree(vm, file, pages, &boot->tree))
		return 0;
	pr_info_ratelimited("%s[%d]: there's no device tree in its protected VM's memory\n", current->comm,
			    task_pid_nr(current));
	return -ENOEXEC;
}

const char *rvl_refusal_text(u64 refusal)
{
	static const char *const texts[] = {
#define TEXT(status, text) [status] = text,
		RAVELIN_REFUSAL_TEXTS(TEXT)
#undef TEXT
	};

	return refusal < ARRAY_SIZE(texts) && texts[refusal] ? texts[refusal] : "for a reason that is new";
}

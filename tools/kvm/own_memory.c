// SPDX-License-Identifier: GPL-2.0-only
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "compat.h"
#include "own_memory.h"

struct rvl_memory {
	refcount_t users; /* slots, and mappings through their file */
	struct mm_struct *mm;
	unsigned long pages;
	gfn_t first_gfn; /* of page 0 */
	struct mutex lock;
	const struct rvl_vm *owner; /* that has its marked pages, or may get some; NULL when that has ended */
	struct xarray content;	    /* pages by number; those with this mark are the VM's */
};

#define DONATED XA_MARK_0

#define BLOCK_PAGES (1UL << RVL_BLOCK_ORDER)

/* Pages that are taken at once where no block fits. */
#define FEW_ORDER 4

static void memory_free(struct rvl_memory *memory)
{
	unsigned long index, pages = 0;
	struct page *page;

	xa_for_each(&memory->content, index, page) {
		__free_page(page);
		pages++;
		cond_resched();
	}
	xa_destroy(&memory->content);
	rvl_pin_unaccount(memory->mm, pages);
	mmdrop(memory->mm);
	kfree(memory);
}

/* All of it is the host's again, and another VM can have it. */
void rvl_memory_come_back(struct rvl_memory *memory)
{
	unsigned long index;
	struct page *page;

	mutex_lock(&memory->lock);
	memory->owner = NULL;
	xa_for_each_marked(&memory->content, index, page, DONATED)
	{
		xa_clear_mark(&memory->content, index, DONATED);
		cond_resched();
	}
	mutex_unlock(&memory->lock);
}

void rvl_memory_put(struct rvl_memory *memory)
{
	if (refcount_dec_and_test(&memory->users))
		memory_free(memory);
}

/* Puts 2^order fresh pages at @first, where there is none. */
static int allocate_run(struct rvl_memory *memory, unsigned long first, unsigned int order, gfp_t flags)
{
	unsigned long count = 1UL << order, i;
	struct page *page;
	int error;

	error = rvl_pin_account(memory->mm, count);
	if (error)
		return error;
	page = alloc_pages(flags | __GFP_NOWARN, order);
	if (!page) {
		rvl_pin_unaccount(memory->mm, count);
		return -EAGAIN;
	}
	split_page(page, order);
	for (i = 0; i < count; i++) {
		error = xa_err(xa_store(&memory->content, first + i, page + i, GFP_KERNEL_ACCOUNT));
		if (error)
			break;
	}
	if (!error)
		return 0;
	while (i--)
		xa_erase(&memory->content, first + i);
	for (i = 0; i < count; i++)
		__free_page(page + i);
	rvl_pin_unaccount(memory->mm, count);
	return error;
}

static bool is_empty(struct rvl_memory *memory, unsigned long first, unsigned long count)
{
	unsigned long index = first;

	return first + count <= memory->pages &&
	       !xa_find(&memory->content, &index, first + count - 1, XA_PRESENT);
}

/* The first page of the aligned run of 2^order guest pages that has page @index. May be before page 0. */
static unsigned long run_start(const struct rvl_memory *memory, unsigned long index, unsigned int order)
{
	gfn_t gfn = memory->first_gfn + index;

	return index - (gfn & ((1UL << order) - 1));
}

/* Makes sure that there is a page @index, in as large a run as there is room for, with the lock held. */
static int allocate(struct rvl_memory *memory, unsigned long index, gfp_t zero)
{
	static const unsigned int orders[] = { RVL_BLOCK_ORDER, FEW_ORDER, 0 };
	int error = -ENOMEM;
	size_t i;

	if (xa_load(&memory->content, index))
		return 0;
	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		unsigned long first = run_start(memory, index, orders[i]);
		gfp_t effort = orders[i] ? __GFP_NORETRY : 0;

		if (first > index || !is_empty(memory, first, 1UL << orders[i]))
			continue;
		error = allocate_run(memory, first, orders[i], GFP_KERNEL_ACCOUNT | effort | zero);
		if (error != -EAGAIN && error != -ENOMEM)
			return error;
	}
	return error == -EAGAIN ? -ENOMEM : error;
}

/* ---- The VMM's mapping */

static vm_fault_t memory_fault(struct vm_fault *fault)
{
	struct rvl_memory *memory = fault->vma->vm_file->private_data;
	struct page *page = NULL;
	int error = -EFAULT;

	mutex_lock(&memory->lock);
	if (fault->pgoff < memory->pages)
		error = allocate(memory, fault->pgoff, __GFP_ZERO);
	if (!error)
		page = xa_load(&memory->content, fault->pgoff);
	mutex_unlock(&memory->lock);
	/* VM_FAULT_OOM would have the VMM try again for ever. */
	if (!page)
		return VM_FAULT_SIGBUS;
	/* Special to the kernel's memory management: nobody gets at it by way of this mapping. */
	return vmf_insert_pfn(fault->vma, fault->address, page_to_pfn(page));
}

static const struct vm_operations_struct memory_vm_operations = {
	.fault = memory_fault,
};

static int memory_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	rvl_set_vm_flags(vma, VM_IO | VM_PFNMAP | VM_DONTCOPY | VM_DONTDUMP | VM_DONTEXPAND);
	vma->vm_ops = &memory_vm_operations;
	return 0;
}

static int memory_release(struct inode *inode, struct file *file)
{
	rvl_memory_put(file->private_data);
	return 0;
}

static const struct file_operations memory_operations = {
	.owner = THIS_MODULE,
	.mmap = memory_mmap,
	.release = memory_release,
	.llseek = noop_llseek,
};

/* ---- Taking over */

/* Has @vm own the memory, unless another VM does. */
static bool own(struct rvl_memory *memory, const struct rvl_vm *vm)
{
	bool is_own;

	mutex_lock(&memory->lock);
	if (!memory->owner)
		memory->owner = vm;
	is_own = memory->owner == vm;
	mutex_unlock(&memory->lock);
	return is_own;
}

/* What is mapped at @address now, if it's one of ours and all of @pages, with the mmap lock held. */
static struct rvl_memory *memory_at(const struct rvl_vm *vm, unsigned long address, unsigned long pages,
				    unsigned long *offset)
{
	struct vm_area_struct *vma = find_vma(current->mm, address);
	struct rvl_memory *memory;

	if (!vma || vma->vm_start > address || vma->vm_ops != &memory_vm_operations)
		return NULL;
	if (vma->vm_end - address < pages << PAGE_SHIFT)
		return ERR_PTR(-EINVAL);
	memory = vma->vm_file->private_data;
	if (!own(memory, vm))
		return ERR_PTR(-EBUSY);
	*offset = vma->vm_pgoff + ((address - vma->vm_start) >> PAGE_SHIFT);
	refcount_inc(&memory->users);
	return memory;
}

/* Whether all of it is memory that nobody else has: private, and no file's. With the mmap lock held. */
static bool is_private(unsigned long address, unsigned long end)
{
	while (address < end) {
		struct vm_area_struct *vma = find_vma(current->mm, address);

		if (!vma || vma->vm_start > address || !vma_is_anonymous(vma) ||
		    (vma->vm_flags & (VM_SHARED | VM_HUGETLB | VM_SPECIAL)))
			return false;
		address = vma->vm_end;
	}
	return true;
}

/* Copies what the VMM has written so far. Holes stay holes. */
static int copy_content(struct rvl_memory *memory, unsigned long address)
{
	unsigned long index;
	int error = 0;

	for (index = 0; index < memory->pages && !error; index++) {
		unsigned long at = address + (index << PAGE_SHIFT);
		struct page *source;
		bool got;

		mmap_read_lock(current->mm);
		got = rvl_get_present_page(at, &source);
		mmap_read_unlock(current->mm);
		if (got) {
			error = allocate(memory, index, __GFP_ZERO);
			if (!error)
				copy_highpage(xa_load(&memory->content, index), source);
			put_page(source);
		}
		if (!(index % BLOCK_PAGES))
			cond_resched();
	}
	return error;
}

static struct rvl_memory *memory_create(struct rvl_vm *vm, gfn_t gfn, unsigned long pages)
{
	struct rvl_memory *memory = kzalloc(sizeof(*memory), GFP_KERNEL_ACCOUNT);

	if (!memory)
		return NULL;
	refcount_set(&memory->users, 1);
	memory->mm = vm->mm;
	mmgrab(memory->mm);
	memory->pages = pages;
	memory->first_gfn = gfn;
	memory->owner = vm;
	mutex_init(&memory->lock);
	xa_init(&memory->content);
	return memory;
}

/* Maps @memory over what is at @address. */
static int map_over(struct rvl_memory *memory, unsigned long address)
{
	unsigned long result;
	struct file *file;

	file = anon_inode_getfile("ravelin-memory", &memory_operations, memory, O_RDWR);
	if (IS_ERR(file))
		return PTR_ERR(file);
	refcount_inc(&memory->users); /* the file's */
	result = vm_mmap(file, address, memory->pages << PAGE_SHIFT, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, 0);
	fput(file);
	return IS_ERR_VALUE(result) ? (int)result : 0;
}

struct rvl_memory *rvl_memory_take(struct rvl_vm *vm, gfn_t gfn, unsigned long pages, unsigned long address,
				   unsigned long *offset)
{
	struct rvl_memory *memory;
	bool usable;
	int error;

	mmap_read_lock(current->mm);
	memory = memory_at(vm, address, pages, offset);
	usable = is_private(address, address + (pages << PAGE_SHIFT));
	mmap_read_unlock(current->mm);
	if (memory)
		return memory;
	if (!usable) {
		pr_info_ratelimited("%s[%d]: memory of a protected VM has to be private and anonymous\n",
				    current->comm, task_pid_nr(current));
		return ERR_PTR(-EINVAL);
	}

	memory = memory_create(vm, gfn, pages);
	if (!memory)
		return ERR_PTR(-ENOMEM);
	*offset = 0;
	error = copy_content(memory, address);
	if (!error)
		error = map_over(memory, address);
	if (error) {
		rvl_memory_put(memory);
		return ERR_PTR(error);
	}
	return memory;
}

struct page *rvl_memory_page(const struct rvl_slot *slot, gfn_t gfn)
{
	return xa_load(&slot->memory->content, slot->offset + (gfn - slot->first));
}

/* ---- Giving to the VM */

/* How many pages from @index on lie behind one another, and aren't the VM's yet; at most @limit. */
static unsigned long run_length(struct rvl_memory *memory, unsigned long index, unsigned long limit)
{
	struct page *first = xa_load(&memory->content, index);
	unsigned long count = 0;

	while (count < limit && xa_load(&memory->content, index + count) == first + count &&
	       !xa_get_mark(&memory->content, index + count, DONATED))
		count++;
	return count;
}

/* Gives pages that are there, at most one block; returns how many, or an error. */
static long donate_run(struct rvl_vm *vm, const struct rvl_slot *slot, unsigned long index,
		       unsigned long limit)
{
	struct rvl_memory *memory = slot->memory;
	gfn_t gfn = slot->first + (index - slot->offset);
	phys_addr_t pa = page_to_phys((struct page *)xa_load(&memory->content, index));
	unsigned long count = run_length(memory, index, min(limit, BLOCK_PAGES)), i;
	s64 status;

	if (count < BLOCK_PAGES || gfn % BLOCK_PAGES || PHYS_PFN(pa) % BLOCK_PAGES)
		count = min(count, (unsigned long)RAVELIN_BATCH_PAGES);
	status = rvl_with_tables(vm, &(struct rvl_call){ .x = { RAVELIN_VM_DONATE, vm->handle,
								gfn << PAGE_SHIFT, pa, count } });
	if (status != RAVELIN_SUCCESS)
		return rvl_errno(status);
	for (i = 0; i < count; i++)
		xa_set_mark(&memory->content, index + i, DONATED);
	return count;
}

int rvl_memory_donate_present(struct rvl_vm *vm, const struct rvl_slot *slot)
{
	struct rvl_memory *memory = slot->memory;
	unsigned long index = slot->offset, end = slot->offset + slot->pages;
	long count = 0;

	mutex_lock(&memory->lock);
	while (count >= 0 && index < end && xa_find(&memory->content, &index, end - 1, XA_PRESENT)) {
		count = 1;
		if (!xa_get_mark(&memory->content, index, DONATED))
			count = donate_run(vm, slot, index, end - index);
		index += max(count, 0L);
		cond_resched();
	}
	mutex_unlock(&memory->lock);
	return min(count, 0L);
}

int rvl_memory_donate(struct rvl_vm *vm, const struct rvl_slot *slot, gfn_t gfn)
{
	struct rvl_memory *memory = slot->memory;
	unsigned long index = slot->offset + (gfn - slot->first), first, end;
	long count;

	mutex_lock(&memory->lock);
	/* Another vCPU has asked for it, too. */
	count = xa_get_mark(&memory->content, index, DONATED) ? 1 : 0;
	if (!count)
		count = allocate(memory, index, 0);
	if (!count) {
		first = max(run_start(memory, index, RVL_BLOCK_ORDER), slot->offset);
		if (first > index || run_length(memory, first, index - first + 1) <= index - first)
			first = index;
		end = slot->offset + slot->pages;
		while (first <= index && count >= 0) {
			count = donate_run(vm, slot, first, end - first);
			first += max(count, 0L);
		}
	}
	mutex_unlock(&memory->lock);
	return min(count, 0L);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <linux/arm-smccc.h>
#include <linux/dma-mapping.h>
#include <linux/genalloc.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "hyp/abi/guest_calls.h"
#include "pool.h"

/* Pieces are multiples of this, and begin at one. Most are small: heads of requests, status bytes. */
#define GRAIN_SHIFT 8
#define GRAIN (1UL << GRAIN_SHIFT)

/* What the page allocator has in one piece. */
#define CHUNK_SIZE (4UL << 20)

/* Some contiguous memory of the pool. */
struct chunk {
	struct list_head list;
	phys_addr_t start;
	size_t size;
	/* Of each grain of a bounce buffer, what it stands for. */
	phys_addr_t *originals;
};

static LIST_HEAD(chunks);
static struct gen_pool *pool;

static struct chunk *chunk_of(dma_addr_t address)
{
	struct chunk *chunk;

	list_for_each_entry(chunk, &chunks, list) {
		if (address - chunk->start < chunk->size)
			return chunk;
	}
	return NULL;
}

/* ---- Making it */

static int share(phys_addr_t page)
{
	struct arm_smccc_res result;

	arm_smccc_1_1_invoke(RAVELIN_GUEST_SHARE, page, 0, 0, &result);
	return result.a0 == SMCCC_RET_SUCCESS ? 0 : -EIO;
}

/* What could not be unshared must not be used for anything else. */
static void abandon(struct chunk *chunk, size_t shared)
{
	struct arm_smccc_res result = { .a0 = SMCCC_RET_SUCCESS };

	while (shared && result.a0 == SMCCC_RET_SUCCESS) {
		shared -= PAGE_SIZE;
		arm_smccc_1_1_invoke(RAVELIN_GUEST_UNSHARE, chunk->start + shared, 0, 0, &result);
	}
	if (result.a0 == SMCCC_RET_SUCCESS)
		free_pages_exact(phys_to_virt(chunk->start), chunk->size);
	kvfree(chunk->originals);
	kfree(chunk);
}

static int add_chunk(size_t size)
{
	struct chunk *chunk = kzalloc(sizeof(*chunk), GFP_KERNEL);
	size_t shared = 0;
	int error = 0;
	void *memory;

	if (!chunk)
		return -ENOMEM;
	memory = alloc_pages_exact(size, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
	chunk->originals = kvcalloc(size >> GRAIN_SHIFT, sizeof(*chunk->originals), GFP_KERNEL);
	if (!memory || !chunk->originals) {
		if (memory)
			free_pages_exact(memory, size);
		kvfree(chunk->originals);
		kfree(chunk);
		return -ENOMEM;
	}
	chunk->start = virt_to_phys(memory);
	chunk->size = size;
	while (shared < size && !error) {
		error = share(chunk->start + shared);
		if (!error)
			shared += PAGE_SIZE;
	}
	if (!error)
		error = gen_pool_add_virt(pool, (unsigned long)memory, chunk->start, size, NUMA_NO_NODE);
	if (error) {
		abandon(chunk, shared);
		return error;
	}
	list_add_tail(&chunk->list, &chunks);
	return 0;
}

int rvg_pool_create(size_t size)
{
	size_t done = 0;

	pool = gen_pool_create(GRAIN_SHIFT, NUMA_NO_NODE);
	if (!pool)
		return -ENOMEM;
	while (done < size) {
		size_t part = min_t(size_t, size - done, CHUNK_SIZE);
		int error = add_chunk(part);

		if (error) {
			pr_err("%zu KiB of %zu could be shared with the host (%d)\n", done >> 10, size >> 10,
			       error);
			/* With less devices are slower; without any there are none. */
			return done ? 0 : error;
		}
		done += part;
	}
	return 0;
}

/* ---- Pieces */

void *rvg_pool_alloc(size_t size, int alignment, dma_addr_t *address)
{
	struct genpool_data_align data = { .align = alignment };
	void *memory = (void *)gen_pool_alloc_algo(pool, size, gen_pool_first_fit_align, &data);

	if (!memory)
		return NULL;
	memset(memory, 0, size);
	*address = virt_to_phys(memory);
	return memory;
}

void rvg_pool_free(dma_addr_t address, size_t size)
{
	gen_pool_free(pool, (unsigned long)phys_to_virt(address), size);
}

dma_addr_t rvg_pool_bounce(phys_addr_t original, size_t size)
{
	struct chunk *chunk;
	dma_addr_t address;
	size_t i, first;

	/* Zeros: a device that writes less than it may gives away neither what was here nor what is at
	 * @original. */
	if (!size || !rvg_pool_alloc(size, 1, &address))
		return DMA_MAPPING_ERROR;
	chunk = chunk_of(address);
	first = (address - chunk->start) >> GRAIN_SHIFT;
	for (i = 0; i < DIV_ROUND_UP(size, GRAIN); i++)
		chunk->originals[first + i] = original + (i << GRAIN_SHIFT);
	return address;
}

/* What the byte at @address stands for. */
static void *original_of(dma_addr_t address)
{
	const struct chunk *chunk = chunk_of(address);
	size_t offset = address - chunk->start;

	return phys_to_virt(chunk->originals[offset >> GRAIN_SHIFT] + (offset & (GRAIN - 1)));
}

void rvg_pool_fill(dma_addr_t address, size_t size)
{
	memcpy(phys_to_virt(address), original_of(address), size);
}

void rvg_pool_drain(dma_addr_t address, size_t size)
{
	memcpy(original_of(address), phys_to_virt(address), size);
}

// SPDX-License-Identifier: GPL-2.0-only
/* DMA operations that bounce.  [Linux, Documentation/core-api/dma-api.rst] */

#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>

#include "dma.h"
#include "pool.h"

static bool device_reads(enum dma_data_direction direction)
{
	return direction == DMA_TO_DEVICE || direction == DMA_BIDIRECTIONAL;
}

static bool device_writes(enum dma_data_direction direction)
{
	return direction == DMA_FROM_DEVICE || direction == DMA_BIDIRECTIONAL;
}

static void *alloc(struct device *device, size_t size, dma_addr_t *address, gfp_t flags,
		   unsigned long attributes)
{
	/* Who asks may count on whole pages. */
	return rvg_pool_alloc(PAGE_ALIGN(size), PAGE_SIZE, address);
}

static void release(struct device *device, size_t size, void *memory, dma_addr_t address,
		    unsigned long attributes)
{
	rvg_pool_free(address, PAGE_ALIGN(size));
}

static dma_addr_t map_page(struct device *device, struct page *page, unsigned long offset, size_t size,
			   enum dma_data_direction direction, unsigned long attributes)
{
	dma_addr_t address = rvg_pool_bounce(page_to_phys(page) + offset, size);

	if (address == DMA_MAPPING_ERROR)
		dev_warn_ratelimited(device, "the pool has no %zu bytes left; see ravelin-guest's pool_kib\n",
				     size);
	else if (device_reads(direction) && !(attributes & DMA_ATTR_SKIP_CPU_SYNC))
		rvg_pool_fill(address, size);
	return address;
}

static void unmap_page(struct device *device, dma_addr_t address, size_t size,
		       enum dma_data_direction direction, unsigned long attributes)
{
	if (device_writes(direction) && !(attributes & DMA_ATTR_SKIP_CPU_SYNC))
		rvg_pool_drain(address, size);
	rvg_pool_free(address, size);
}

static void unmap_sg(struct device *device, struct scatterlist *list, int count,
		     enum dma_data_direction direction, unsigned long attributes)
{
	struct scatterlist *one;
	int i;

	for_each_sg(list, one, count, i)
		unmap_page(device, sg_dma_address(one), sg_dma_len(one), direction, attributes);
}

static int map_sg(struct device *device, struct scatterlist *list, int count,
		  enum dma_data_direction direction, unsigned long attributes)
{
	struct scatterlist *one;
	int i;

	for_each_sg(list, one, count, i) {
		one->dma_address =
			map_page(device, sg_page(one), one->offset, one->length, direction, attributes);
		if (one->dma_address == DMA_MAPPING_ERROR) {
			unmap_sg(device, list, i, direction, attributes | DMA_ATTR_SKIP_CPU_SYNC);
			return -ENOMEM;
		}
		sg_dma_len(one) = one->length;
	}
	return count;
}

static void sync_for_cpu(struct device *device, dma_addr_t address, size_t size,
			 enum dma_data_direction direction)
{
	if (device_writes(direction))
		rvg_pool_drain(address, size);
}

static void sync_for_device(struct device *device, dma_addr_t address, size_t size,
			    enum dma_data_direction direction)
{
	if (device_reads(direction))
		rvg_pool_fill(address, size);
}

static void sync_sg_for_cpu(struct device *device, struct scatterlist *list, int count,
			    enum dma_data_direction direction)
{
	struct scatterlist *one;
	int i;

	for_each_sg(list, one, count, i)
		sync_for_cpu(device, sg_dma_address(one), sg_dma_len(one), direction);
}

static void sync_sg_for_device(struct device *device, struct scatterlist *list, int count,
			       enum dma_data_direction direction)
{
	struct scatterlist *one;
	int i;

	for_each_sg(list, one, count, i)
		sync_for_device(device, sg_dma_address(one), sg_dma_len(one), direction);
}

/* Emulated devices reach whatever they are told of. */
static int supported(struct device *device, u64 mask)
{
	return 1;
}

static size_t max_mapping_size(struct device *device)
{
	return RVG_LARGEST_BUFFER;
}

static const struct dma_map_ops operations = {
	.alloc = alloc,
	.free = release,
	.map_page = map_page,
	.unmap_page = unmap_page,
	.map_sg = map_sg,
	.unmap_sg = unmap_sg,
	.sync_single_for_cpu = sync_for_cpu,
	.sync_single_for_device = sync_for_device,
	.sync_sg_for_cpu = sync_sg_for_cpu,
	.sync_sg_for_device = sync_sg_for_device,
	.dma_supported = supported,
	.max_mapping_size = max_mapping_size,
};

void rvg_bounce(struct device *device)
{
	set_dma_ops(device, &operations);
}

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RAVELIN_GUEST_POOL_H
#define RAVELIN_GUEST_POOL_H

#include <linux/dma-direction.h>
#include <linux/types.h>

/*
 * The pool: the only memory of this VM that its host reaches. Whatever is handed to a device is a copy in
 * here, and what a device hands back is copied out.
 */

/* The largest piece that one buffer may take. */
#define RVG_LARGEST_BUFFER (256 << 10)

/* Allocates @size bytes and lets the host reach them. */
int rvg_pool_create(size_t size);

/* A piece of @size bytes at a multiple of @alignment, all zeros, or NULL if there's none. */
void *rvg_pool_alloc(size_t size, int alignment, dma_addr_t *address);
void rvg_pool_free(dma_addr_t address, size_t size);

/* A piece that stands for the @size bytes at @original, or DMA_MAPPING_ERROR. It holds zeros until it's
 * filled. */
dma_addr_t rvg_pool_bounce(phys_addr_t original, size_t size);

/* Copies what a device is to read into a piece, or a part of one that begins at @address. */
void rvg_pool_fill(dma_addr_t address, size_t size);

/* Copies what a device has written out of a piece, or of a part. */
void rvg_pool_drain(dma_addr_t address, size_t size);

#endif

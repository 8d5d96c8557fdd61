/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RAVELIN_GUEST_DMA_H
#define RAVELIN_GUEST_DMA_H

struct device;

/* Has all that @device reads and writes go by way of the pool. */
void rvg_bounce(struct device *device);

#endif

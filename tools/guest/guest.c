// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a VM whose memory its host can't reach: lets the host reach a pool, and has virtio devices use nothing
 * else. To be loaded before virtio_mmio, from an initramfs that is signed. Elsewhere it does nothing.
 */

#include <linux/arm-smccc.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>

#include "dma.h"
#include "hyp/abi/guest_calls.h"
#include "pool.h"

static unsigned int pool_kib = 4096;
module_param(pool_kib, uint, 0444);
MODULE_PARM_DESC(pool_kib, "memory that is shared with the host, in KiB (4096)");

#define LEAST_POOL_KIB 512
#define LARGEST_POOL_KIB (256 << 10)

/* Bits of what GUEST_FEATURES returns are numbers of functions. */
#define HAS_SHARE BIT(RAVELIN_GUEST_SHARE & 31)
#define HAS_UNSHARE BIT(RAVELIN_GUEST_UNSHARE & 31)

static bool can_share(void)
{
	struct arm_smccc_res result;

	if (arm_smccc_1_1_get_conduit() == SMCCC_CONDUIT_NONE)
		return false;
	arm_smccc_1_1_invoke(RAVELIN_GUEST_CALL_UID, &result);
	if ((u32)result.a0 != RAVELIN_GUEST_UID_0 || (u32)result.a1 != RAVELIN_GUEST_UID_1 ||
	    (u32)result.a2 != RAVELIN_GUEST_UID_2 || (u32)result.a3 != RAVELIN_GUEST_UID_3)
		return false;
	arm_smccc_1_1_invoke(RAVELIN_GUEST_FEATURES, &result);
	return (result.a0 & HAS_SHARE) && (result.a0 & HAS_UNSHARE);
}

/* A driver is about to be bound to a device: before it, nothing has been mapped. */
static int on_platform_event(struct notifier_block *block, unsigned long event, void *data)
{
	struct device *device = data;

	if (event == BUS_NOTIFY_BIND_DRIVER && of_device_is_compatible(device->of_node, "virtio,mmio"))
		rvg_bounce(device);
	return NOTIFY_DONE;
}

static struct notifier_block platform_block = { .notifier_call = on_platform_event };

static int warn_if_bound(struct device *device, void *data)
{
	if (of_device_is_compatible(device->of_node, "virtio,mmio") && device->driver)
		dev_warn(device, "its driver was there before ravelin-guest: it won't work\n");
	return 0;
}

/* There's no way back: devices may use the pool at any time. So it can't be unloaded. */
static int __init rvg_init(void)
{
	int error;

	if (!can_share()) {
		pr_info("this isn't a protected VM: nothing to do\n");
		return 0;
	}
	if (pool_kib < LEAST_POOL_KIB || pool_kib > LARGEST_POOL_KIB) {
		pr_err("pool_kib is %u; it's %u to %u\n", pool_kib, LEAST_POOL_KIB, LARGEST_POOL_KIB);
		return -EINVAL;
	}
	error = rvg_pool_create(PAGE_ALIGN((size_t)pool_kib << 10));
	if (error)
		return error;
	bus_for_each_dev(&platform_bus_type, NULL, NULL, warn_if_bound);
	return bus_register_notifier(&platform_bus_type, &platform_block);
}

module_init(rvg_init);
MODULE_DESCRIPTION("Bounce buffers for virtio in a VM that Ravelin protects");
MODULE_LICENSE("GPL");

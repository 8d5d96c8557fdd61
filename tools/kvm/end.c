// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of VMs of which no VMM makes one: what a kernel before this one has left, as one that crashed does;
 * and what there is when this one makes way for the next (kexec), which would take the memory of VMs for its
 * own.
 */

#include <linux/reboot.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include "vm.h"

static bool ended;
static DECLARE_RWSEM(ending);

/* Makes Ravelin give back all that it has for a VM; false if it doesn't. */
bool rvl_end_vm(u64 handle)
{
	s64 status = rvl_do(VM_DESTROY, handle);

	while (status == RAVELIN_SUCCESS || status == RAVELIN_AGAIN) {
		status = rvl_do(VM_RECLAIM, handle);
		if (status == RAVELIN_SUCCESS)
			return true;
		cond_resched();
	}
	return false;
}

/* Ends all VMs that there are, and returns how many. */
static unsigned int end_all(void)
{
	unsigned int count = 0;
	u64 place = 0;

	for (;;) {
		struct rvl_call call = { .x = { RAVELIN_VM_FIND, place } };

		if (rvl_hvc(&call) != RAVELIN_SUCCESS || !call.x[1])
			return count;
		place = (call.x[1] & RAVELIN_VM_PLACE) + 1;
		if (rvl_end_vm(call.x[1]))
			count++;
		else
			pr_warn("Ravelin doesn't give back what VM %#llx has\n", call.x[1]);
	}
}

/* Whether the kernel makes way for another: no vCPU is to run any more. */
bool rvl_has_ended(void)
{
	return READ_ONCE(ended);
}

/* VM_CREATE, but not behind the end of all. */
s64 rvl_create_vm(struct rvl_call *call)
{
	s64 status = RAVELIN_BUSY;

	down_read(&ending);
	if (!rvl_has_ended())
		status = rvl_hvc(call);
	up_read(&ending);
	return status;
}

static int on_reboot(struct notifier_block *block, unsigned long event, void *data)
{
	down_write(&ending);
	WRITE_ONCE(ended, true);
	up_write(&ending);
	/* Brings all vCPUs out of their guests. */
	kick_all_cpus_sync();
	end_all();
	return NOTIFY_DONE;
}

static struct notifier_block reboot_block = { .notifier_call = on_reboot };

int rvl_end_init(void)
{
	unsigned int count = end_all();

	if (count)
		pr_info("ended %u VMs that a kernel before this one has left\n", count);
	return register_reboot_notifier(&reboot_block);
}

void rvl_end_exit(void)
{
	unregister_reboot_notifier(&reboot_block);
}

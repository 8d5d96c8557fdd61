// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/kvm on a host that Ravelin confines: the subset of Linux' KVM interface that a VMM needs to run
 * VMs on Ravelin.  [Linux, Documentation/virt/kvm/api.rst]
 */

#include <linux/arm-smccc.h>
#include <linux/kvm.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/suspend.h>

#include "vm.h"

static long device_ioctl(struct file *file, unsigned int request, unsigned long argument)
{
	switch (request) {
	case KVM_GET_API_VERSION:
		return argument ? -EINVAL : KVM_API_VERSION;
	case KVM_CREATE_VM:
		return rvl_vm_create(argument);
	case KVM_CHECK_EXTENSION:
		return rvl_check_extension(argument);
	case KVM_GET_VCPU_MMAP_SIZE:
		return argument ? -EINVAL : PAGE_SIZE;
	default:
		return -ENOTTY;
	}
}

static const struct file_operations device_operations = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = device_ioctl,
	.llseek = noop_llseek,
};

static struct miscdevice device = {
	.minor = KVM_MINOR,
	.name = "kvm",
	.mode = 0660,
	.fops = &device_operations,
};

/* A machine that sleeps loses what its CPUs and Ravelin know of VMs. */
static int on_suspend(struct notifier_block *block, unsigned long event, void *data)
{
	if (event != PM_SUSPEND_PREPARE && event != PM_HIBERNATION_PREPARE)
		return NOTIFY_DONE;
	if (!rvl_vms_alive())
		return NOTIFY_DONE;
	pr_warn("%u VMs are alive; end them before the machine is suspended\n", rvl_vms_alive());
	return NOTIFY_BAD;
}

static struct notifier_block suspend_block = { .notifier_call = on_suspend };

/* Asks by the kernel's own conduit: Ravelin answers to both, and where it isn't an HVC may be undefined. */
static bool is_ravelin(void)
{
	struct arm_smccc_res uid;

	if (arm_smccc_1_1_get_conduit() == SMCCC_CONDUIT_NONE)
		return false;
	arm_smccc_1_1_invoke(RAVELIN_CALL_UID, &uid);
	return (u32)uid.a0 == RAVELIN_UID_0 && (u32)uid.a1 == RAVELIN_UID_1 && (u32)uid.a2 == RAVELIN_UID_2 &&
	       (u32)uid.a3 == RAVELIN_UID_3;
}

static int check_revision(void)
{
	struct rvl_call call = { .x = { RAVELIN_CALL_REVISION } };
	u32 major = (u32)rvl_hvc(&call);
	u32 minor = (u32)call.x[1];

	if (major == RAVELIN_REVISION_MAJOR && minor >= RAVELIN_REVISION_MINOR)
		return 0;
	pr_err("this driver is for interface %u.%u, and Ravelin has %u.%u: build both of the same source\n",
	       RAVELIN_REVISION_MAJOR, RAVELIN_REVISION_MINOR, major, minor);
	return -ENODEV;
}

static int __init rvl_init(void)
{
	int error;

	if (!is_ravelin()) {
		pr_err("there's no Ravelin below this kernel\n");
		return -ENODEV;
	}
	error = check_revision();
	if (error)
		return error;
	error = rvl_irqfd_init();
	if (error)
		return error;
	error = rvl_end_init();
	if (error)
		goto no_end;
	error = register_pm_notifier(&suspend_block);
	if (error)
		goto no_notifier;
	error = misc_register(&device);
	if (error) {
		pr_err("cannot make /dev/kvm: is there another?\n");
		goto no_device;
	}
	return 0;

no_device:
	unregister_pm_notifier(&suspend_block);
no_notifier:
	rvl_end_exit();
no_end:
	rvl_irqfd_exit();
	return error;
}

static void __exit rvl_exit(void)
{
	misc_deregister(&device);
	unregister_pm_notifier(&suspend_block);
	rvl_end_exit();
	rvl_irqfd_exit();
}

module_init(rvl_init);
module_exit(rvl_exit);
MODULE_DESCRIPTION("KVM interface to the Ravelin hypervisor");
MODULE_LICENSE("GPL");
MODULE_ALIAS_MISCDEV(KVM_MINOR);
MODULE_ALIAS("devname:kvm");

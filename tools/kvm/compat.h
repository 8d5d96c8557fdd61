/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RAVELIN_KVM_COMPAT_H
#define RAVELIN_KVM_COMPAT_H

/* What Linux spells otherwise in one of the versions that this driver is built for: 6.1 to 6.12. */

#include <linux/eventfd.h>
#include <linux/kvm.h>
#include <linux/mm.h>
#include <linux/version.h>

static inline void rvl_set_vm_flags(struct vm_area_struct *vma, unsigned long flags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_set(vma, flags);
#else
	vma->vm_flags |= flags;
#endif
}

/* One page of the caller's at @address, held until put_page(), if there's one. With the mmap lock held. */
static inline bool rvl_get_present_page(unsigned long address, struct page **page)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
	return get_user_pages(address, 1, FOLL_DUMP, page) == 1;
#else
	return get_user_pages(address, 1, FOLL_DUMP, page, NULL) == 1;
#endif
}

static inline void rvl_signal_eventfd(struct eventfd_ctx *context)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	eventfd_signal(context);
#else
	eventfd_signal(context, 1);
#endif
}

/* The VMM may write to it at any time: it's read once. */
static inline bool rvl_wants_exit(const struct kvm_run *run)
{
#ifdef HINT_UNSAFE_IN_KVM
	return READ_ONCE(run->immediate_exit__unsafe);
#else
	return READ_ONCE(run->immediate_exit);
#endif
}

#endif

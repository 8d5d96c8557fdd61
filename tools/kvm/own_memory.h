/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RAVELIN_KVM_OWN_MEMORY_H
#define RAVELIN_KVM_OWN_MEMORY_H

#include "vm.h"

/*
 * Memory of a protected VM. Its pages are this driver's: no file, swap, or I/O in flight knows them, so that
 * nothing of the kernel's can meet a page that the VM has. The VMM reaches them through a mapping that
 * takes the place of the one that it named for a slot; what it has written there is kept. A page that
 * the VM has and doesn't share ends in SIGBUS, or in EFAULT for a system call.
 */
struct rvl_memory;

/* One that takes the VMM's memory at @address over, or the one that is there already. To be put. -EBUSY: a VM
 * has it. */
struct rvl_memory *rvl_memory_take(struct rvl_vm *vm, gfn_t gfn, unsigned long pages, unsigned long address,
				   unsigned long *offset);
void rvl_memory_put(struct rvl_memory *memory);

/* Its VM has ended, and Ravelin has given all pages back. */
void rvl_memory_come_back(struct rvl_memory *memory);

/* Gives the VM all pages of @slot that its VMM has written to. */
int rvl_memory_donate_present(struct rvl_vm *vm, const struct rvl_slot *slot);

/* Gives it a page that it needs, with what is around it where that costs nothing. */
int rvl_memory_donate(struct rvl_vm *vm, const struct rvl_slot *slot, gfn_t gfn);

/* A page that the VMM has written to, or NULL; to be looked at before the VM starts. */
struct page *rvl_memory_page(const struct rvl_slot *slot, gfn_t gfn);

#endif

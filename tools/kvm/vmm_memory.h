/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RAVELIN_KVM_VMM_MEMORY_H
#define RAVELIN_KVM_VMM_MEMORY_H

#include "vm.h"

/*
 * Memory of a plain VM: pages of its VMM's own mappings, pinned for as long as the VM has them. Whoever maps
 * a page in the VMM sees what the guest sees.
 */

/* Lets the VM reach a page of @slot, with memory_lock held. */
int rvl_vmm_lend(struct rvl_vm *vm, struct rvl_slot *slot, gfn_t gfn, bool write);

/* How many pages were lent at once at @gfn. */
unsigned long rvl_vmm_pages_at(struct rvl_vm *vm, gfn_t gfn);

/* Ends that for all of a slot, of a VM that lives. If it fails the VM keeps some of it. */
int rvl_vmm_take_back(struct rvl_vm *vm, const struct rvl_slot *slot);

/* Lets go of all pages, of a VM that has ended. */
void rvl_vmm_unpin_all(struct rvl_vm *vm);

#endif

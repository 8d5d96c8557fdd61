/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RAVELIN_KVM_VM_H
#define RAVELIN_KVM_VM_H

#include <linux/kvm.h>
#include <linux/kvm_types.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/xarray.h>

#include "calls.h"

#define RVL_MAX_SLOTS 64
#define RVL_BLOCK_ORDER 9 /* of a 2 MiB block */
#define RVL_REGISTERS 128 /* enum ravelin_register */

/* KVM_CREATE_VM's type: bits of IPA below, and which of the two kinds if it shouldn't be the module's
 * default. */
#define RVL_VM_TYPE_PROTECTED BIT(31)
#define RVL_VM_TYPE_PLAIN BIT(30)

struct file;
struct mm_struct;
struct rvl_memory;
struct rvl_vcpu;

/* Some of a VM's IPAs, backed by memory of its VMM. */
struct rvl_slot {
	u32 id;
	u32 flags;
	gfn_t first;
	unsigned long pages;
	unsigned long user_address;
	struct rvl_memory *memory; /* of a protected VM: where its pages are */
	unsigned long offset;	   /* page of @memory that @first is */
	unsigned long *dirty;	   /* of a plain VM, if it's logged: a bit for each page that it may write */
};

/* The interrupt controller, a GICv2. */
struct rvl_vgic {
	bool created;
	bool initialised; /* by KVM_DEV_ARM_VGIC_CTRL_INIT */
	bool set;	  /* Ravelin knows of it */
	u32 intids;
	u64 distributor;
	u64 cpu_interface;
};

#define RVL_NO_ADDRESS (~0ULL)

struct rvl_vm {
	refcount_t users; /* file descriptors: of the VM, its vCPUs and devices */
	struct mm_struct *mm;
	bool is_protected;
	u32 ipa_bits;

	/* What follows is guarded by @lock, and constant once @started. */
	struct mutex lock;
	bool made;    /* Ravelin knows of it, by @handle: no vCPUs are added any more */
	bool started; /* a vCPU has run */
	bool dead;    /* could not be started, and is half made */
	u64 handle;
	struct rvl_vcpu *vcpus[RAVELIN_MAX_VCPUS];
	struct rvl_vgic vgic;
	u64 count_offset; /* how far the virtual count is behind the physical one */

	/* Slots, and what has been given to Ravelin. Taken after @lock. */
	struct mutex memory_lock;
	struct rvl_slot slots[RVL_MAX_SLOTS];
	u32 slot_count;
	struct list_head given; /* pages of control blocks and tables */
	struct xarray lent;	/* of a plain VM, by gfn: pages of the VMM's that are pinned */

	spinlock_t events_lock;
	struct list_head ioeventfds;
	struct list_head irqfds;
};

/* end.c: the end of VMs that isn't their VMM's */
bool rvl_end_vm(u64 handle);
bool rvl_has_ended(void);
s64 rvl_create_vm(struct rvl_call *call);
int rvl_end_init(void);
void rvl_end_exit(void);

/* vm.c */
int rvl_vm_create(unsigned long type);
void rvl_vm_put(struct rvl_vm *vm);
unsigned int rvl_vms_alive(void);
long rvl_check_extension(unsigned long capability);

/* given.c: pages that Ravelin has of this driver until the VM ends. */
struct page *rvl_give_alloc(unsigned int order);
void rvl_give_keep(struct rvl_vm *vm, struct page *page, unsigned int order);
void rvl_give_free_all(struct rvl_vm *vm);
s64 rvl_with_tables(struct rvl_vm *vm, const struct rvl_call *call);
int rvl_pin_account(struct mm_struct *mm, unsigned long pages);
void rvl_pin_unaccount(struct mm_struct *mm, unsigned long pages);

/* slots.c */
int rvl_set_slot(struct rvl_vm *vm, const struct kvm_userspace_memory_region *region);
struct rvl_slot *rvl_slot_with_id(struct rvl_vm *vm, u32 id);
struct rvl_slot *rvl_find_slot(struct rvl_vm *vm, gfn_t gfn);
bool rvl_slot_is_ram(const struct rvl_vm *vm, const struct rvl_slot *slot);
#define RVL_NO_RAM 1 /* what rvl_page_needed() returns where a VM has no memory */
int rvl_page_needed(struct rvl_vm *vm, gfn_t gfn, bool write);
void rvl_slots_free(struct rvl_vm *vm);

/* dirty.c: with memory_lock held, but for rvl_dirty_log() */
int rvl_dirty_start(struct rvl_vm *vm, struct rvl_slot *slot);
void rvl_dirty_stop(struct rvl_vm *vm, struct rvl_slot *slot);
void rvl_dirty_forget(struct rvl_slot *slot);
int rvl_dirty_note(struct rvl_vm *vm, struct rvl_slot *slot, gfn_t gfn);
int rvl_dirty_log(struct rvl_vm *vm, const struct kvm_dirty_log *log);

/* make.c, start.c: make a VM of what its VMM has set up. */
u32 rvl_vcpu_limit(const struct rvl_vm *vm);
int rvl_make(struct rvl_vm *vm);
int rvl_start(struct rvl_vm *vm);

/* boot.c */
struct rvl_boot {
	u64 firmware; /* IPA of the firmware's room */
	u64 tree;     /* IPA of the device tree */
};
int rvl_find_boot(struct rvl_vm *vm, struct rvl_boot *boot);
const char *rvl_refusal_text(u64 refusal);

/* vgic.c */
int rvl_vgic_create(struct rvl_vm *vm, struct kvm_create_device *device);
int rvl_vgic_create_default(struct rvl_vm *vm);
int rvl_vgic_set_address(struct rvl_vm *vm, u64 type, u64 address);
int rvl_vgic_map(struct rvl_vm *vm);

/* irq.c */
int rvl_set_line(struct rvl_vm *vm, u32 intid, bool level);
void rvl_wake(struct rvl_vm *vm, u64 vcpus);
int rvl_irq_line(struct rvl_vm *vm, const struct kvm_irq_level *line);

/* irqfd.c, ioeventfd.c */
int rvl_irqfd(struct rvl_vm *vm, const struct kvm_irqfd *arguments);
void rvl_irqfds_free(struct rvl_vm *vm);
int rvl_irqfd_init(void);
void rvl_irqfd_exit(void);
int rvl_ioeventfd(struct rvl_vm *vm, const struct kvm_ioeventfd *arguments);
bool rvl_ioeventfd_signal(struct rvl_vm *vm, u64 address, u32 length, u64 value);
void rvl_ioeventfds_free(struct rvl_vm *vm);

#endif

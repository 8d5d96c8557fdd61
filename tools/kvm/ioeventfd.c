// SPDX-License-Identifier: GPL-2.0-only
/* KVM_IOEVENTFD: stores of a guest's that signal an eventfd, instead of coming to the VMM. */

#include <linux/eventfd.h>
#include <linux/slab.h>

#include "compat.h"
#include "vm.h"

struct ioeventfd {
	struct list_head list;
	struct eventfd_ctx *context;
	u64 address;
	u32 length; /* 0: any */
	bool has_value;
	u64 value;
};

#define FLAGS (KVM_IOEVENTFD_FLAG_DATAMATCH | KVM_IOEVENTFD_FLAG_DEASSIGN)

static int check(const struct kvm_ioeventfd *arguments)
{
	bool has_value = arguments->flags & KVM_IOEVENTFD_FLAG_DATAMATCH;

	if (arguments->flags & ~FLAGS)
		return -EINVAL;
	switch (arguments->len) {
	case 0:
		return has_value ? -EINVAL : 0;
	case 1:
	case 2:
	case 4:
	case 8:
		return arguments->addr + arguments->len < arguments->addr ? -EINVAL : 0;
	default:
		return -EINVAL;
	}
}

/* Whether a store can signal both. */
static bool collides(const struct ioeventfd *a, const struct ioeventfd *b)
{
	return a->address == b->address &&
	       (!a->length || !b->length ||
		(a->length == b->length && (!a->has_value || !b->has_value || a->value == b->value)));
}

static bool is_same(const struct ioeventfd *a, const struct ioeventfd *b)
{
	return a->context == b->context && a->address == b->address && a->length == b->length &&
	       a->has_value == b->has_value && (!a->has_value || a->value == b->value);
}

static int assign(struct rvl_vm *vm, struct ioeventfd *new)
{
	struct ioeventfd *other;
	unsigned long flags;
	int error = 0;

	spin_lock_irqsave(&vm->events_lock, flags);
	list_for_each_entry(other, &vm->ioeventfds, list) {
		if (collides(other, new))
			error = -EEXIST;
	}
	if (!error)
		list_add_tail(&new->list, &vm->ioeventfds);
	spin_unlock_irqrestore(&vm->events_lock, flags);
	return error;
}

static void ioeventfd_free(struct ioeventfd *one)
{
	eventfd_ctx_put(one->context);
	kfree(one);
}

static int deassign(struct rvl_vm *vm, const struct ioeventfd *which)
{
	struct ioeventfd *found = NULL, *one;
	unsigned long flags;

	spin_lock_irqsave(&vm->events_lock, flags);
	list_for_each_entry(one, &vm->ioeventfds, list) {
		if (is_same(one, which)) {
			found = one;
			list_del(&one->list);
			break;
		}
	}
	spin_unlock_irqrestore(&vm->events_lock, flags);
	if (!found)
		return -ENOENT;
	ioeventfd_free(found);
	return 0;
}

int rvl_ioeventfd(struct rvl_vm *vm, const struct kvm_ioeventfd *arguments)
{
	bool is_deassign = arguments->flags & KVM_IOEVENTFD_FLAG_DEASSIGN;
	struct eventfd_ctx *context;
	struct ioeventfd *one;
	int error = check(arguments);

	if (error)
		return error;
	context = eventfd_ctx_fdget(arguments->fd);
	if (IS_ERR(context))
		return PTR_ERR(context);
	one = kzalloc(sizeof(*one), GFP_KERNEL_ACCOUNT);
	if (!one) {
		eventfd_ctx_put(context);
		return -ENOMEM;
	}
	one->context = context;
	one->address = arguments->addr;
	one->length = arguments->len;
	one->has_value = arguments->flags & KVM_IOEVENTFD_FLAG_DATAMATCH;
	one->value = arguments->datamatch;
	error = is_deassign ? deassign(vm, one) : assign(vm, one);
	if (error || is_deassign)
		ioeventfd_free(one);
	return error;
}

/* Whether a store was for an eventfd, which has been told then. */
bool rvl_ioeventfd_signal(struct rvl_vm *vm, u64 address, u32 length, u64 value)
{
	struct ioeventfd *one;
	unsigned long flags;
	bool signalled = false;

	spin_lock_irqsave(&vm->events_lock, flags);
	list_for_each_entry(one, &vm->ioeventfds, list) {
		if (one->address == address && (!one->length || one->length == length) &&
		    (!one->has_value || one->value == value)) {
			rvl_signal_eventfd(one->context);
			signalled = true;
			break;
		}
	}
	spin_unlock_irqrestore(&vm->events_lock, flags);
	return signalled;
}

void rvl_ioeventfds_free(struct rvl_vm *vm)
{
	struct ioeventfd *one, *next;

	list_for_each_entry_safe(one, next, &vm->ioeventfds, list)
		ioeventfd_free(one);
}

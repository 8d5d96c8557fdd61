// SPDX-License-Identifier: GPL-2.0-only
/* KVM_IRQFD: eventfds that make an interrupt pending. */

#include <linux/eventfd.h>
#include <linux/file.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "vm.h"

#define FIRST_SPI 32

/* Ends those whose eventfd was closed: that can't be done where one hears of it. */
static struct workqueue_struct *ends;

struct irqfd {
	struct list_head list; /* of the VM's; empty if it's about to end */
	struct list_head ending;
	struct rvl_vm *vm;
	struct eventfd_ctx *context;
	u32 gsi; /* counts shared peripheral interrupts */
	wait_queue_entry_t entry;
	poll_table poll;
	struct work_struct end;
};

/* An interrupt that the VM doesn't have was refused when the eventfd was assigned. */
static void inject(struct irqfd *irqfd)
{
	rvl_set_line(irqfd->vm, irqfd->gsi + FIRST_SPI, true);
	rvl_set_line(irqfd->vm, irqfd->gsi + FIRST_SPI, false);
}

/* Off its list already, and so known to nobody but the eventfd. */
static void end(struct irqfd *irqfd)
{
	u64 count;

	eventfd_ctx_remove_wait_queue(irqfd->context, &irqfd->entry, &count);
	eventfd_ctx_put(irqfd->context);
	kfree(irqfd);
}

static void end_later(struct work_struct *work)
{
	end(container_of(work, struct irqfd, end));
}

/* The eventfd has been written to, or is closed. Called with the lock of its wait queue held. */
static int on_event(wait_queue_entry_t *entry, unsigned int mode, int sync, void *key)
{
	struct irqfd *irqfd = container_of(entry, struct irqfd, entry);
	struct rvl_vm *vm = irqfd->vm;
	__poll_t events = key_to_poll(key);
	unsigned long flags;
	u64 count;

	if (events & EPOLLIN) {
		eventfd_ctx_do_read(irqfd->context, &count);
		inject(irqfd);
	}
	if (events & EPOLLHUP) {
		spin_lock_irqsave(&vm->events_lock, flags);
		/* Whoever takes it off its list ends it. */
		if (!list_empty(&irqfd->list)) {
			list_del_init(&irqfd->list);
			queue_work(ends, &irqfd->end);
		}
		spin_unlock_irqrestore(&vm->events_lock, flags);
	}
	return 0;
}

static void on_poll(struct file *file, wait_queue_head_t *head, poll_table *table)
{
	struct irqfd *irqfd = container_of(table, struct irqfd, poll);

	add_wait_queue_priority(head, &irqfd->entry);
}

static int add(struct rvl_vm *vm, struct irqfd *new)
{
	struct irqfd *other;
	int error = 0;

	spin_lock_irq(&vm->events_lock);
	list_for_each_entry(other, &vm->irqfds, list) {
		if (other->context == new->context)
			error = -EBUSY;
	}
	if (!error)
		list_add_tail(&new->list, &vm->irqfds);
	spin_unlock_irq(&vm->events_lock);
	return error;
}

static int assign(struct rvl_vm *vm, u32 gsi, struct file *file)
{
	struct irqfd *irqfd = kzalloc(sizeof(*irqfd), GFP_KERNEL_ACCOUNT);
	int error;

	if (!irqfd)
		return -ENOMEM;
	irqfd->vm = vm;
	irqfd->gsi = gsi;
	INIT_WORK(&irqfd->end, end_later);
	irqfd->context = eventfd_ctx_fileget(file);
	if (IS_ERR(irqfd->context)) {
		error = PTR_ERR(irqfd->context);
		kfree(irqfd);
		return error;
	}
	init_waitqueue_func_entry(&irqfd->entry, on_event);
	init_poll_funcptr(&irqfd->poll, on_poll);
	error = add(vm, irqfd);
	if (error) {
		eventfd_ctx_put(irqfd->context);
		kfree(irqfd);
		return error;
	}
	/* What was signalled before is an interrupt, too. The file keeps the eventfd open meanwhile. */
	if (vfs_poll(file, &irqfd->poll) & EPOLLIN)
		inject(irqfd);
	return 0;
}

/* Ends those of @context and @gsi, or all if @context is NULL. */
static void end_some(struct rvl_vm *vm, const struct eventfd_ctx *context, u32 gsi)
{
	struct irqfd *one, *next;
	LIST_HEAD(found);

	spin_lock_irq(&vm->events_lock);
	list_for_each_entry_safe(one, next, &vm->irqfds, list) {
		if (!context || (one->context == context && one->gsi == gsi)) {
			list_del_init(&one->list);
			list_add(&one->ending, &found);
		}
	}
	spin_unlock_irq(&vm->events_lock);
	list_for_each_entry_safe(one, next, &found, ending)
		end(one);
}

static int deassign(struct rvl_vm *vm, u32 gsi, struct file *file)
{
	struct eventfd_ctx *context = eventfd_ctx_fileget(file);

	if (IS_ERR(context))
		return PTR_ERR(context);
	end_some(vm, context, gsi);
	eventfd_ctx_put(context);
	return 0;
}

int rvl_irqfd(struct rvl_vm *vm, const struct kvm_irqfd *arguments)
{
	struct file *file;
	int error;

	if (arguments->flags & ~KVM_IRQFD_FLAG_DEASSIGN)
		return -EINVAL;
	if (!READ_ONCE(vm->vgic.set))
		return -EAGAIN;
	if (arguments->gsi >= vm->vgic.intids - FIRST_SPI)
		return -EINVAL;
	file = fget(arguments->fd);
	if (!file)
		return -EBADF;
	error = arguments->flags & KVM_IRQFD_FLAG_DEASSIGN ? deassign(vm, arguments->gsi, file)
							   : assign(vm, arguments->gsi, file);
	fput(file);
	return error;
}

/* When nobody can assign one any more. */
void rvl_irqfds_free(struct rvl_vm *vm)
{
	end_some(vm, NULL, 0);
	flush_workqueue(ends);
}

int rvl_irqfd_init(void)
{
	ends = alloc_workqueue("ravelin-irqfd", 0, 0);
	return ends ? 0 : -ENOMEM;
}

void rvl_irqfd_exit(void)
{
	destroy_workqueue(ends);
}

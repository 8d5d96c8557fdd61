// SPDX-License-Identifier: GPL-2.0-only
/* KVM_RUN: runs a vCPU until its VMM has something to do. */

#include <linux/hrtimer.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

#include <asm/arch_timer.h>

#include "compat.h"
#include "vcpu.h"

/* What a handler of an exit returns: the vCPU goes on, the VMM has to look, or an errno. */
#define GO_ON 1
#define TO_VMM 0

static u64 ticks_to_ns(u64 ticks)
{
	u64 rate = arch_timer_get_cntfrq();

	return mul_u64_u64_div_u64(ticks, NSEC_PER_SEC, rate);
}

/* Waits until something comes for the vCPU, its timer runs out or a signal comes. */
static int wait_for_events(struct rvl_vcpu *vcpu, u64 deadline)
{
	ktime_t timeout = KTIME_MAX;

	if (deadline != ~0ULL) {
		u64 now = arch_timer_read_counter();

		if (deadline <= now)
			return GO_ON;
		timeout = ns_to_ktime(min_t(u64, ticks_to_ns(deadline - now), KTIME_MAX));
	}
	/* It's for the loop to find out what has ended the wait. */
	(void)wait_event_interruptible_hrtimeout(vcpu->wait, atomic_read(&vcpu->woken), timeout);
	return GO_ON;
}

static int on_mmio(struct rvl_vcpu *vcpu, const struct rvl_call *call)
{
	struct kvm_run *run = vcpu->run;
	u32 size = call->x[3] & RAVELIN_MMIO_SIZE;
	bool is_write = call->x[3] & RAVELIN_MMIO_WRITE;
	__le64 data = cpu_to_le64(call->x[4]);

	if (is_write && rvl_ioeventfd_signal(vcpu->vm, call->x[2], size, call->x[4])) {
		vcpu->done = RAVELIN_RUN_DONE;
		return GO_ON;
	}
	vcpu->load_asked = !is_write;
	vcpu->store_asked = is_write;
	run->exit_reason = KVM_EXIT_MMIO;
	run->mmio.phys_addr = call->x[2];
	run->mmio.len = size;
	run->mmio.is_write = is_write;
	memset(run->mmio.data, 0, sizeof(run->mmio.data));
	if (is_write)
		memcpy(run->mmio.data, &data, sizeof(data));
	return TO_VMM;
}

/* Takes what the VMM has answered to a load: it may put something else there before the vCPU runs. */
static void take_answer(struct rvl_vcpu *vcpu)
{
	__le64 data;

	if (vcpu->load_asked) {
		memcpy(&data, vcpu->run->mmio.data, sizeof(data));
		vcpu->loaded = le64_to_cpu(data);
	}
	if (vcpu->load_asked || vcpu->store_asked)
		vcpu->done = RAVELIN_RUN_DONE;
	vcpu->load_asked = false;
	vcpu->store_asked = false;
}

/* All of a plain VM is RAM to Ravelin. What isn't to the VMM is a device. */
static int on_page(struct rvl_vcpu *vcpu, const struct rvl_call *call)
{
	int result = rvl_page_needed(vcpu->vm, PHYS_PFN(call->x[2]), call->x[3] & RAVELIN_MMIO_WRITE);

	if (result != RVL_NO_RAM)
		return result ?: GO_ON;
	if (vcpu->vm->is_protected)
		return -EFAULT;
	if (call->x[3] & RAVELIN_MMIO_SIZE)
		return on_mmio(vcpu, call);
	return rvl_inject_abort(vcpu, call->x[4], call->x[3] & RAVELIN_MMIO_FETCH) ?: GO_ON;
}

static int on_system_event(struct rvl_vcpu *vcpu, u32 type)
{
	struct kvm_run *run = vcpu->run;

	/* What a VMM does to start a VM anew it can't do to a protected one: for that it's the end. */
	if (vcpu->vm->is_protected && type == KVM_SYSTEM_EVENT_RESET)
		type = KVM_SYSTEM_EVENT_SHUTDOWN;
	run->exit_reason = KVM_EXIT_SYSTEM_EVENT;
	run->system_event.type = type;
	run->system_event.ndata = 1;
	run->system_event.data[0] = 0;
	return TO_VMM;
}

static int on_refused(struct rvl_vcpu *vcpu, u64 refusal)
{
	pr_info_ratelimited("%s[%d]: its VM doesn't start: %s\n", current->comm, task_pid_nr(current),
			    rvl_refusal_text(refusal));
	return on_system_event(vcpu, KVM_SYSTEM_EVENT_CRASH);
}

static int on_exit(struct rvl_vcpu *vcpu, const struct rvl_call *call)
{
	switch (call->x[1]) {
	case RAVELIN_EXIT_INTERRUPT:
		return GO_ON;
	case RAVELIN_EXIT_PAGE:
		return on_page(vcpu, call);
	case RAVELIN_EXIT_MMIO:
		return on_mmio(vcpu, call);
	case RAVELIN_EXIT_WFI:
		return call->x[2] ? wait_for_events(vcpu, call->x[2]) : GO_ON;
	case RAVELIN_EXIT_WAKE:
		rvl_wake(vcpu->vm, call->x[2]);
		return GO_ON;
	case RAVELIN_EXIT_OFF:
		return wait_for_events(vcpu, ~0ULL);
	case RAVELIN_EXIT_SYSTEM_OFF:
		return on_system_event(vcpu, KVM_SYSTEM_EVENT_SHUTDOWN);
	case RAVELIN_EXIT_SYSTEM_RESET:
		return on_system_event(vcpu, KVM_SYSTEM_EVENT_RESET);
	case RAVELIN_EXIT_REFUSED:
		return on_refused(vcpu, call->x[2]);
	default:
		return -EIO;
	}
}

/* Lets the guest run, until it needs something of the host. */
static int enter(struct rvl_vcpu *vcpu)
{
	struct rvl_call call = { .x = { RAVELIN_VCPU_RUN, vcpu->vm->handle, vcpu->number, vcpu->loaded,
					vcpu->done } };
	s64 status;

	/* What comes from here on ends the guest's run: no signal is missed. */
	local_irq_disable();
	if (need_resched() || signal_pending(current)) {
		local_irq_enable();
		return GO_ON;
	}
	if (rvl_has_ended()) {
		local_irq_enable();
		return -ESHUTDOWN;
	}
	atomic_set(&vcpu->woken, 0);
	status = rvl_hvc(&call);
	local_irq_enable();

	if (status != RAVELIN_SUCCESS)
		return rvl_errno(status);
	vcpu->done = 0;
	return on_exit(vcpu, &call);
}

/* Before the VMM looks at a vCPU that it has answered: what it has asked for is done. */
static int finish_access(struct rvl_vcpu *vcpu)
{
	struct rvl_call call = { .x = { RAVELIN_VCPU_RUN, vcpu->vm->handle, vcpu->number, vcpu->loaded,
					RAVELIN_RUN_DONE_ONLY } };

	if (vcpu->vm->is_protected || !vcpu->done)
		return 0;
	vcpu->done = 0;
	return rvl_errno(rvl_hvc(&call));
}

static int run_until_vmm(struct rvl_vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;
	int result;

	do {
		/* What the last exit was for stays for who has asked for this. */
		if (rvl_wants_exit(run))
			return finish_access(vcpu) ?: -EINTR;
		/* Work that only has to be done before the VMM goes on (TIF_NOTIFY_RESUME) waits until then.
		 */
		if (signal_pending(current)) {
			run->exit_reason = KVM_EXIT_INTR;
			return finish_access(vcpu) ?: -EINTR;
		}
		cond_resched();
		result = enter(vcpu);
	} while (result == GO_ON);
	return result;
}

int rvl_vcpu_run(struct rvl_vcpu *vcpu)
{
	int result = vcpu->initialised ? rvl_start(vcpu->vm) : -ENOEXEC;

	if (result)
		return result;
	take_answer(vcpu);
	if (!vcpu->masks_signals)
		return run_until_vmm(vcpu);
	/* As KVM does it: who sends a signal that the VMM waits for sees by real_blocked that it does. */
	sigprocmask(SIG_SETMASK, &vcpu->signals, &current->real_blocked);
	result = run_until_vmm(vcpu);
	sigprocmask(SIG_SETMASK, &current->real_blocked, NULL);
	sigemptyset(&current->real_blocked);
	return result;
}

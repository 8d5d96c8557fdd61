/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RAVELIN_KVM_CALLS_H
#define RAVELIN_KVM_CALLS_H

#include <linux/errno.h>
#include <linux/types.h>

#include "hyp/abi/host_calls.h"
#include "hyp/abi/status.h"
#include "hyp/abi/vm_calls.h"

/* What a call takes and returns: X0 to X6. X0 is the function, then the status. */
struct rvl_call {
	u64 x[7];
};

/*
 * Calls Ravelin. It changes no registers but X0 to X4 and, under the SMC Calling
 * Convention, is free to change all up to X17 [ARM DEN 0028, 2.6].
 */
static __always_inline s64 rvl_hvc(struct rvl_call *call)
{
	register u64 x0 asm("x0") = call->x[0];
	register u64 x1 asm("x1") = call->x[1];
	register u64 x2 asm("x2") = call->x[2];
	register u64 x3 asm("x3") = call->x[3];
	register u64 x4 asm("x4") = call->x[4];
	register u64 x5 asm("x5") = call->x[5];
	register u64 x6 asm("x6") = call->x[6];

	asm volatile("hvc #0"
		     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6)
		     :
		     : "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "memory",
		       "cc");
	call->x[0] = x0;
	call->x[1] = x1;
	call->x[2] = x2;
	call->x[3] = x3;
	call->x[4] = x4;
	call->x[5] = x5;
	call->x[6] = x6;
	return (s64)x0;
}

/* The function id is given as C spells it, arguments that aren't given are 0: rvl_do(VM_LEND, handle, ipa).
 */
#define rvl_do(function, ...) rvl_hvc(&(struct rvl_call){ .x = { RAVELIN_##function, ##__VA_ARGS__ } })

/* The errno that stands for a status. */
static inline int rvl_errno(s64 status)
{
	switch (status) {
	case RAVELIN_SUCCESS:
		return 0;
	case RAVELIN_NOT_SUPPORTED:
		return -EOPNOTSUPP;
	case RAVELIN_INVALID:
		return -EINVAL;
	case RAVELIN_DENIED:
		return -EPERM;
	case RAVELIN_EXISTS:
		return -EEXIST;
	case RAVELIN_NO_MEMORY:
		return -ENOMEM;
	case RAVELIN_BUSY:
		return -EBUSY;
	case RAVELIN_AGAIN:
		return -EAGAIN;
	default:
		return -EIO;
	}
}

#endif

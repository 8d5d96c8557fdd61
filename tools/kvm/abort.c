// SPDX-License-Identifier: GPL-2.0-only
/* An external abort of a plain VM's vCPU, which went where there's neither memory nor a device that could
 * answer. */

#include <asm/esr.h>
#include <asm/ptrace.h>

#include "vcpu.h"

/* Where a synchronous exception of a guest goes, from VBAR_EL1 on.  [ARM DDI 0487, table D1-5] */
static u64 vector_offset(u64 pstate)
{
	if (pstate & PSR_MODE32_BIT)
		return 0x600;
	switch (pstate & PSR_MODE_MASK) {
	case PSR_MODE_EL1h:
		return 0x200;
	case PSR_MODE_EL1t:
		return 0;
	default:
		return 0x400;
	}
}

static u64 syndrome(u64 pstate, bool is_fetch)
{
	/* AArch32's user mode has the number of EL0t. */
	bool from_el1 = (pstate & PSR_MODE_MASK) != PSR_MODE_EL0t;
	u64 cause;

	if (is_fetch)
		cause = from_el1 ? ESR_ELx_EC_IABT_CUR : ESR_ELx_EC_IABT_LOW;
	else
		cause = from_el1 ? ESR_ELx_EC_DABT_CUR : ESR_ELx_EC_DABT_LOW;
	return cause << ESR_ELx_EC_SHIFT | ESR_ELx_IL | ESR_ELx_FSC_EXTABT;
}

int rvl_inject_abort(struct rvl_vcpu *vcpu, u64 address, bool is_fetch)
{
	u64 pc, pstate, vectors;
	int error = rvl_get_register(vcpu, RAVELIN_REGISTER_PC, &pc) ?:
		    rvl_get_register(vcpu, RAVELIN_REGISTER_PSTATE, &pstate) ?:
		    rvl_get_register(vcpu, RAVELIN_REGISTER_VBAR_EL1, &vectors);
	const struct {
		u32 which;
		u64 value;
	} after[] = {
		{ RAVELIN_REGISTER_ELR_EL1, pc },
		{ RAVELIN_REGISTER_SPSR_EL1, pstate },
		{ RAVELIN_REGISTER_ESR_EL1, syndrome(pstate, is_fetch) },
		{ RAVELIN_REGISTER_FAR_EL1, address },
		{ RAVELIN_REGISTER_PC, vectors + vector_offset(pstate) },
		{ RAVELIN_REGISTER_PSTATE, PSR_MODE_EL1h | PSR_D_BIT | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(after) && !error; i++)
		error = rvl_set_register(vcpu, after[i].which, after[i].value);
	return error;
}

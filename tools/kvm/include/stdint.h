/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel has the fixed-width types elsewhere; hyp/abi, plain C, asks for them here. */
#include <linux/types.h>

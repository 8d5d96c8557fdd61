/* SPDX-License-Identifier: GPL-2.0-only */
/* How lines of this module begin in the kernel's log. */
#define pr_fmt(format) "ravelin-guest: " format

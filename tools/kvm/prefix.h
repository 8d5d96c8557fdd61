/* SPDX-License-Identifier: GPL-2.0-only */
/* How lines of this driver begin in the kernel's log. */
#define pr_fmt(format) "ravelin: " format

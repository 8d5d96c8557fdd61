/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RAVELIN_ABI_STATUS_H
#define RAVELIN_ABI_STATUS_H

/* What a host call returns in X0. Zero is success; the rest are negative, as in the SMC Calling Convention.
 */
enum ravelin_status {
    RAVELIN_SUCCESS       = 0,
    RAVELIN_NOT_SUPPORTED = -1, /* no such call */
    RAVELIN_INVALID       = -2, /* an argument is outside its range */
    RAVELIN_DENIED        = -3, /* the caller may not do this */
    RAVELIN_EXISTS        = -4, /* something else is there already */
    RAVELIN_NO_MEMORY     = -5, /* the pool that would serve this is empty */
    RAVELIN_BUSY          = -6, /* something runs that must not: try again when it has stopped */
    RAVELIN_AGAIN         = -7  /* part of the work is done: call again for the rest */
};

#endif

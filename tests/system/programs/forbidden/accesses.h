/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RAVELIN_TESTS_FORBIDDEN_ACCESSES_H
#define RAVELIN_TESTS_FORBIDDEN_ACCESSES_H

/* What accesses.S and C++ share. */

#define ACCESS_LOAD         0
#define ACCESS_STORE        1
#define ACCESS_LOAD_NORMAL  2 /* only of Normal memory: exclusive, or not aligned */
#define ACCESS_STORE_NORMAL 3

#define ACCESS_SIZE 64

#endif

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# In the host: random calls of the driver, $calls of them.
# shellcheck source=tests/system/host/checks.sh
. ./checks.sh
dmesg -c >/dev/null
# The first ones take what the kernel keeps for more.
./random_ioctls 1 20000
before=$(free_memory)
./random_ioctls 2 "${calls:-100000}"
verdict $? "it has made all calls" "it ended with that status"
check_memory "$before"
check_kernel
finish

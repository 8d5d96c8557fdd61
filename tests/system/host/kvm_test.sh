#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# In the host: the driver's tests.
# shellcheck source=tests/system/host/checks.sh
. ./checks.sh
dmesg -c >/dev/null
echo core >/proc/sys/kernel/core_pattern
./kvm_test | grep -v '^VERDICT' >/tmp/said
cat /tmp/said
! grep -q '^FAIL' /tmp/said && grep -q '^PASS' /tmp/said
verdict $? "the driver's tests" "see above"
check_kernel
finish

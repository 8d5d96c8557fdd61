#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# In the host: the driver's tests.
# shellcheck source=tests/system/host/checks.sh
. ./checks.sh
dmesg -c >/dev/null
echo core >/proc/sys/kernel/core_pattern
./kvm_test >/tmp/said
grep -v '^VERDICT' /tmp/said
# Its last line: it has come to its end.
grep -q '^VERDICT [1-9][0-9]* passed, 0 failed' /tmp/said
verdict $? "the driver's tests" "see above"
check_kernel
finish

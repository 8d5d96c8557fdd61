#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# In the host: VMs that a kernel has left, which the driver doesn't know, are ended when it comes.
# shellcheck source=tests/system/host/checks.sh
. ./checks.sh
rmmod ravelin_kvm
dmesg -c >/dev/null
insmod ./orphan.ko
verdict $? "there's a VM that nobody knows" "$(dmesg | tail -n 1)"
insmod /lib/ravelin-kvm.ko
verdict $? "the driver comes" "$(dmesg | tail -n 1)"
dmesg | grep -q 'ended 1 VMs that a kernel before this one has left'
verdict $? "it ends that VM, and says so" "$(dmesg | tail -n 1)"
rmmod orphan
dmesg | grep -q 'orphan: 64 of 64 pages are back, and zero'
verdict $? "what the VM had is back, and zero" "$(dmesg | tail -n 1)"
check_kernel
finish

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# In the host: CPUs go and come back under a guest that runs on all of them; the machine isn't suspended while a VM is
# there; the driver can't be taken away.
# shellcheck source=tests/system/host/checks.sh
. ./checks.sh
dmesg -c >/dev/null
mkfifo /tmp/in
run-guest --smp 4 </tmp/in >/tmp/out 2>&1 &
exec 3>/tmp/in
within 120 grep -q 'guest# ' /tmp/out
verdict $? "the guest has come to its shell" "$(tail -n 5 /tmp/out)"
# shellcheck disable=SC2016  # it's the guest's shell that expands it
echo 'for i in 1 2 3 4; do while :; do :; done & done; i=0; while :; do i=$((i+1)); echo turn $i; sleep 0.1; done' >&3

turns() { grep -c '^turn' /tmp/out; }
has_more_than() { [ "$(turns)" -gt "$1" ]; }
# switch TO CPU...: on (1) or off (0), one after the other.
switch()
{
    to=$1
    shift
    for cpu; do
        echo "$to" >"/sys/devices/system/cpu/cpu$cpu/online" && within 30 has_more_than "$(turns)"
        verdict $? "the guest goes on, CPU $cpu is $([ "$to" = 1 ] && echo on || echo off)" "it stands still"
    done
}
switch 0 1 2 3
switch 1 3 1 2
switch 0 2 && switch 1 2

! (echo freeze >/sys/power/state) 2>/dev/null && dmesg | grep -q '1 VMs are alive'
verdict $? "the machine isn't suspended while a VM is there" "it was"
! rmmod ravelin_kvm 2>/dev/null
verdict $? "the driver can't go while a VM is there" "it has gone"

kill -9 %1
within 30 is_idle
verdict $? "the VM has ended" "the driver is in use"
check_kernel
finish

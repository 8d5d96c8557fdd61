#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# In the host: QEMU is killed, $kills times, at a moment of its life that nobody has chosen; protected guests and plain ones
# take turns.
# shellcheck source=tests/system/host/checks.sh
. ./checks.sh
dmesg -c >/dev/null
random() { od -An -t u2 -N 2 /dev/urandom | tr -d ' '; }

kill_one()
{
    run-guest "$@" </dev/null >/dev/null 2>&1 &
    usleep $(($(random) * 64))
    kill -9 $!
    wait $! 2>/dev/null
    [ $? = 137 ] || died=$((died + 1))
}

# What stays behind on purpose is there from now on: the disk, and what a plain guest boots.
run-guest --plain -- -version
died=0
kill_one
kill_one --plain
before=$(free_memory)
i=0
while [ $i -lt "${kills:-10}" ]; do
    kind=''
    [ $((i % 2)) = 0 ] || kind=--plain
    # shellcheck disable=SC2086  # nothing, or one word
    kill_one $kind
    i=$((i + 1))
    [ $((i % 20)) != 0 ] || echo "$i killed, $(free_memory) KiB free"
done
[ $died = 0 ]
verdict $? "QEMU has lived until it was killed" "$died have not"
check_memory "$before"
check_kernel
finish

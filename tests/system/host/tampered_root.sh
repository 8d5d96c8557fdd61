#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# In a host whose guests have their root on a disk of its own: flips bits of that disk. No guest goes on with a block that isn't
# what was signed.
# shellcheck source=tests/system/host/checks.sh
. ./checks.sh

cat /guest/root >/tmp/root
size=$(stat -c %s /tmp/root)
# flip BYTE: changes it, and changed again it's as before.
flip()
{
    old=$(od -An -t u1 -j "$1" -N 1 /tmp/root)
    # shellcheck disable=SC2059  # an octal escape
    printf "\\$(printf %o $((old ^ 1)))" | dd of=/tmp/root bs=1 seek="$1" conv=notrunc 2>/dev/null
}

# refused WHAT: a guest with that disk has ended, and has said why, before anybody could log in.
refused()
{
    run-guest --root /tmp/root </dev/null >/tmp/said 2>&1
    grep -q 'device-mapper: verity: .*is corrupted' /tmp/said && grep -q 'dm-verity device corrupted' /tmp/said &&
        ! grep -q 'guest login:' /tmp/said
    verdict $? "$1: no guest goes on" "$(tail -n 5 /tmp/said | tr '\r\n' '; ')"
}

# The superblock's time, which a mount doesn't check.
flip 8
refused "a bit of the first block"
flip 8
flip $((size - 1))
refused "a bit of the tree of hashes"
flip $((size - 1))
# Somewhere in each part that is read together: one of them is of a program that starts.
at=$((65536 + 4000))
while [ $at -lt "$size" ]; do
    flip $at
    at=$((at + 524288))
done
refused "a bit in each 512 KiB"
finish

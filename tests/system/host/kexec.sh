#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# In the host: the kernel makes way for another while guests run. That one finds all memory, and runs VMs. It executes this
# script, too: $second says so.
# shellcheck source=tests/system/host/checks.sh
. ./checks.sh
has_pages() { [ "$(cat /sys/module/ravelin_kvm/parameters/pages)" -gt "$1" ]; }

# shellcheck disable=SC2154  # a word of the command line
if [ -z "$second" ]; then
    run-guest --plain --disk /tmp/other </dev/null >/tmp/plain 2>&1 &
    within 60 grep -q '^guest#' /tmp/plain
    verdict $? "a plain guest boots" "$(tail -n 3 /tmp/plain)"
    before=$(cat /sys/module/ravelin_kvm/parameters/pages)
    run-guest </dev/null >/dev/null 2>&1 &
    within 60 has_pages $((before + 10000))
    verdict $? "a protected guest has memory" "there were $before pages, and are $(cat /sys/module/ravelin_kvm/parameters/pages)"
    find / -xdev ! -name Image | cpio -o -H newc >/tmp/initramfs 2>/dev/null
    ./kexec Image /tmp/initramfs second=yes
    verdict 1 "the kernel makes way" "it's still there"
    finish
    exit
fi
[ -e /sys/module/ravelin_kvm ]
verdict $? "the driver is there" "it isn't"
orphans=$(dmesg | grep -c 'that a kernel before this one has left')
[ "$orphans" = 0 ]
verdict $? "the kernel before this one has left no VM" "it has"
dmesg -c >/dev/null
# All that is free, and more than what VMs had.
size=$(($(awk '/^MemAvailable/ { print $2 }' /proc/meminfo) / 1024 - 64))
mkdir /mnt
mount -t tmpfs -o size=100% tmpfs /mnt
dd if=/dev/zero of=/mnt/all bs=1M count=$size 2>/dev/null
verdict $? "$size MiB are this kernel's" "they aren't"
umount /mnt
run-guest </dev/null >/tmp/guest 2>&1 &
within 60 grep -q '^guest#' /tmp/guest
verdict $? "a protected guest boots" "$(tail -n 3 /tmp/guest)"
kill -9 $!
wait $! 2>/dev/null
within 30 is_idle
check_kernel
finish

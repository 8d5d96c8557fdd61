#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# In a guest, which has fetched it from its host: load_guest.sh SECONDS SUM. All CPUs, disk and network are busy; a line
# for each turn, and at the end how many there were, and how much was wrong. SUM is the MD5 of the host's /file.
end=$(($(date +%s) + $1)) turns=0 wrong=0
i=0
while [ $i -lt "$(nproc)" ]; do
    while :; do :; done &
    i=$((i + 1))
done
dd if=/dev/urandom of=/tmp/random bs=64k count=32 2>/dev/null
while [ "$(date +%s)" -lt $end ]; do
    cat /tmp/random >/dev/vda
    sync
    echo 3 >/proc/sys/vm/drop_caches
    head -c 2097152 /dev/vda | cmp -s - /tmp/random || wrong=$((wrong + 1))
    wget -q -O /tmp/fetched http://10.0.2.2:8080/file
    [ "$(md5sum </tmp/fetched | cut -c 1-32)" = "$2" ] || wrong=$((wrong + 1))
    turns=$((turns + 1))
    echo "turn $turns"
done
echo "finished: $turns turns, $wrong wrong, $(dmesg | grep -cE 'WARNING|BUG|Oops|stall|lost') complaints"

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# In the host: looks for the secrets of a guest in all memory that it reaches. A plain guest's are found, which shows that
# they would be.
# shellcheck source=tests/system/host/checks.sh
. ./checks.sh
dmesg -c >/dev/null
httpd -p 127.0.0.1:8080 -h /host-files

# Looks for the secrets of both seeds.
scan()
{
    insmod ./scan.ko inverted="$(cat inverted.memory),$(cat inverted.disk)"
    rmmod scan
}

# found NUMBER: how often the secret that has this number was there.
found() { dmesg | sed -n "s/.*scan: text $1 is there \([0-9]*\) times.*/\1/p" | tail -n 1; }

for kind in protected plain; do
    option=''
    [ $kind = protected ] || option=--plain
    mkfifo /tmp/in-$kind
    # shellcheck disable=SC2086  # nothing, or one word
    run-guest $option --disk /tmp/disk-$kind </tmp/in-$kind >/tmp/out-$kind 2>&1 &
    exec 3>/tmp/in-$kind
    within 120 grep -q 'guest# ' /tmp/out-$kind
    echo 'wget -q -O /tmp/secret http://10.0.2.2:8080/secret_guest.sh && sh /tmp/secret' >&3
    within 120 grep -q '^secrets kept' /tmp/out-$kind
    verdict $? "a $kind guest keeps secrets" "$(tail -n 5 /tmp/out-$kind)"
    scan
    number=0
    for seed in memory disk; do
        times=$(found $number)
        number=$((number + 1))
        echo "$kind: the secret in $seed is found $times times"
        if [ $kind = protected ]; then
            [ "$times" = 0 ]
            verdict $? "a protected guest's secret in $seed is not found" "it is"
        else
            [ "$times" -gt 1000 ]
            verdict $? "a plain guest's secret in $seed is found" "it isn't"
        fi
    done
    echo 'poweroff -f' >&3
    within 60 is_idle
    # Nothing of it is left for the next one.
    rm -f /tmp/disk-$kind
done
dmesg | grep 'scan:'
check_kernel
finish

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# In the host: two protected guests with two CPUs each, and the host itself, all under load for $seconds. None of them
# stands still, all data are right, and no kernel complains.
# shellcheck source=tests/system/host/checks.sh
. ./checks.sh
seconds=${seconds:-20}
dmesg -c >/dev/null
mkdir /tmp/served
dd if=/dev/urandom of=/tmp/served/file bs=64k count=16 2>/dev/null
cp load_guest.sh /tmp/served/
sum=$(md5sum </tmp/served/file | cut -c 1-32)
httpd -p 127.0.0.1:8080 -h /tmp/served

# start N: a guest that talks through /tmp/inN and /tmp/outN.
start()
{
    mkfifo "/tmp/in$1"
    run-guest --smp 2 --disk "/tmp/disk$1" <"/tmp/in$1" >"/tmp/out$1" 2>&1 &
}
turns() { grep -c '^turn' "/tmp/out$1"; }
has_more_than() { [ "$(turns "$1")" -gt "$2" ]; }
has_finished() { grep -q '^finished' "/tmp/out$1"; }
moves_on() { has_more_than "$1" "$2" || has_finished "$1"; }

start 1
start 2
exec 3>/tmp/in1 4>/tmp/in2
for guest in 1 2; do
    within 300 grep -q 'guest# ' /tmp/out$guest
    verdict $? "guest $guest has come to its shell" "see its console" || tail -n 20 /tmp/out$guest
done
command="wget -q -O /tmp/load http://10.0.2.2:8080/load_guest.sh && sh /tmp/load $seconds $sum"
echo "$command" >&3
echo "$command" >&4

# The host has its own load meanwhile.
while :; do md5sum /tmp/served/file; done >/dev/null &
while :; do
    cp /tmp/served/file /tmp/copy
    cmp -s /tmp/served/file /tmp/copy || echo "FAIL the host's copy"
done &

standing=0
until has_finished 1 && has_finished 2; do
    before1=$(turns 1) before2=$(turns 2)
    if ! within 120 moves_on 1 "$before1" || ! within 120 moves_on 2 "$before2"; then
        standing=1
        break
    fi
done
verdict $standing "both guests went on all the time" "one had nothing to show for two minutes"
for guest in 1 2; do
    grep -q '^finished: [1-9][0-9]* turns, 0 wrong, 0 complaints' /tmp/out$guest
    verdict $? "guest $guest: $(grep '^finished' /tmp/out$guest)" "something was wrong"
done
echo 'poweroff -f' >&3
echo 'poweroff -f' >&4
within 60 is_idle
check_kernel
finish

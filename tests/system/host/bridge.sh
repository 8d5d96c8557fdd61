#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# In the host: two protected guests on a bridge, each by a tap of its own, reach the host and one another.
# shellcheck source=tests/system/host/checks.sh
. ./checks.sh
while read -r module; do insmod "./$module"; done <modules.list
dmesg -c >/dev/null
mkdir -p /dev/net /tmp/served
[ -e /dev/net/tun ] || mknod /dev/net/tun c 10 200
dd if=/dev/urandom of=/tmp/served/file bs=64k count=64 2>/dev/null
sum=$(md5sum </tmp/served/file | cut -c 1-32)
brctl addbr bridge
ip address add 10.9.0.1/24 dev bridge
ip link set bridge up
httpd -p 10.9.0.1:8080 -h /tmp/served

for guest in 2 3; do
    tunctl -t tap$guest >/dev/null
    brctl addif bridge tap$guest
    ip link set tap$guest up
    mkfifo /tmp/in$guest
    run-guest --disk /tmp/disk$guest -- -netdev tap,id=tap,ifname=tap$guest,script=no,downscript=no \
        -device virtio-net-device,netdev=tap,iommu_platform=on,mac=52:54:00:09:00:0$guest </tmp/in$guest >/tmp/out$guest 2>&1 &
done
exec 4>/tmp/in2 5>/tmp/in3
said() { grep -q "^$2" "/tmp/out$1"; }
for guest in 2 3; do
    within 300 grep -q 'guest# ' /tmp/out$guest
    verdict $? "guest $guest has come to its shell" "$(tail -n 3 /tmp/out$guest)"
done
# The interface whose address begins so is the tap's.
# shellcheck disable=SC2016  # for the guest's shell
up='for i in /sys/class/net/eth*; do case $(cat $i/address) in 52:54:00:09*) tap=${i##*/};; esac; done; ip link set $tap up'
echo "$up; ip address add 10.9.0.2/24 dev \$tap; echo ready" >&4
within 30 said 2 ready
verdict $? "guest 2 has its address" "$(tail -n 3 /tmp/out2)"
echo "$up; ip address add 10.9.0.3/24 dev \$tap; ping -c 3 10.9.0.2 >/tmp/ping && echo reaches" >&5
within 60 said 3 reaches
verdict $? "guest 3 reaches guest 2" "$(tail -n 3 /tmp/out3)"
for guest in 2 3; do
    echo 'wget -q -O /tmp/file http://10.9.0.1:8080/file; md5sum /tmp/file' >&$((guest + 2))
    within 60 said $guest "$sum"
    verdict $? "guest $guest has the host's file" "$(tail -n 3 /tmp/out$guest)"
done
echo 'poweroff -f' >&4
echo 'poweroff -f' >&5
within 60 is_idle
check_kernel
finish

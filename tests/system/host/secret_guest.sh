#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# In a guest, which has fetched it from its host: makes two secrets of two seeds that its host knows, keeps the one in memory,
# and the other on a disk of which the host sees only what's encrypted.
for file in dax.ko dm-mod.ko dm-crypt.ko map_disk; do wget -q -O /tmp/$file http://10.0.2.2:8080/$file; done
for module in dax dm-mod dm-crypt; do insmod /tmp/$module.ko; done
chmod +x /tmp/map_disk
key=$(dd if=/dev/urandom bs=16 count=1 2>/dev/null | od -An -tx1 | tr -d ' \n')
/tmp/map_disk /dev/vda crypt 0 "aes-cbc-plain64 $key 0 /dev/vda 0" || exit

# many SEED: its secret, again and again.
many() { printf %s "$1" | sha256sum | { read -r secret rest; yes "$secret"; } | head -c 1048576; }
many memory >/tmp/kept
many disk >/dev/dm-0
sync
# Read again, so that it has gone the whole way, and is in this guest's cache.
echo 3 >/proc/sys/vm/drop_caches
[ "$(head -c 1048576 /dev/dm-0 | md5sum)" = "$(many disk | md5sum)" ] && echo "secrets kept"

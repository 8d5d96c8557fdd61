#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/deploy_test.sh
#
# Deploys to boot partitions made up here, and undoes it. Needs no build: Ravelin and the kernel are stand-ins, of which
# tools/deploy looks at the headers only. On a plain directory, and, where that may be mounted, on a FAT file system.

set -euo pipefail

tools=$(cd "$(dirname "$0")/../../tools" && pwd)
work=$(mktemp -d)
mounted=''
cleanup()
{
    [[ -z $mounted ]] || umount "$mounted"
    rm -rf "$work"
}
trap cleanup EXIT

fail() { echo "FAIL $*" >&2; exit 1; }
pass() { echo "PASS $*"; }

# stand_in FILE IMAGE-SIZE [TEXT-AT-64] writes 8 KiB that begin with the header of an arm64 Image.
stand_in()
{
    /usr/bin/python3 - "$@" <<-'END'
	import struct, sys
	path, image_size, text = sys.argv[1], int(sys.argv[2]), sys.argv[3].encode() if len(sys.argv) > 3 else b''
	header = struct.pack('<8xQQQ24x4s4x8s', 0, image_size, 0xa, b'ARM\x64', text)
	open(path, 'wb').write(header.ljust(8192, b'\0'))
	END
}

stand_in "$work/ravelin.bin" 65536 RAVELIN1
stand_in "$work/kernel8.img" 1000000
stand_in "$work/kernel-other" 2000000
gzip -k "$work/kernel-other"

# A boot partition as Raspberry Pi OS has it, in the directory $1.
new_partition()
{
    local boot=$1 file
    rm -rf "${boot:?}"/*
    mkdir -p "$boot/overlays"
    for file in start4.elf fixup4.dat bcm2711-rpi-4-b.dtb initramfs8 overlays/disable-bt.dtbo; do echo "$file" >"$boot/$file"; done
    cp "$work/kernel8.img" "$boot/kernel8.img"
    echo "console=serial0,115200 console=tty1 root=/dev/mmcblk0p2" >"$boot/cmdline.txt"
    # Without a newline at its end, and within a section for another model.
    printf '%s\n' '# For more options see the manual' 'dtparam=audio=on' 'arm_boost=1' 'initramfs initramfs8 followkernel' \
        '[cm4]' >"$boot/config.txt"
    printf 'otg_mode=1' >>"$boot/config.txt"
}

deploy() { "$tools/deploy" --ravelin "$work/ravelin.bin" "$@" >"$work/output" 2>&1; }

# refuses WORDS ARGUMENT... : the deployment fails with these words, and changes nothing.
refuses()
{
    local words=$1; shift
    cp -r "$boot" "$work/untouched"
    ! deploy "$@" || fail "deployed in spite of: $words"
    grep -q -- "$words" "$work/output" || { cat "$work/output"; fail "did not say: $words"; }
    diff -r "$work/untouched" "$boot" || fail "wrote something in spite of: $words"
    rm -r "$work/untouched"
    pass "refuses: $words"
}

setting() { tac "$boot/config.txt" | sed -n "s/^$1=//p" | head -n 1; }

scenario()
{
    local boot=$1 file first
    echo "On $2:"
    new_partition "$boot"
    cp -r "$boot" "$work/before"

    deploy "$boot" || { cat "$work/output"; fail "could not deploy"; }
    [[ $(setting arm_64bit) == 1 && $(setting kernel) == ravelin.img && $(setting enable_uart) == 1 ]] ||
        fail "config.txt lacks a setting"
    cmp -s <(head -c "$(wc -c <"$work/before/config.txt")" "$boot/config.txt") "$work/before/config.txt" ||
        fail "the rest of config.txt changed"
    grep -q '^initramfs initramfs8 followkernel$' "$boot/config.txt" || fail "the initramfs line is gone"
    cmp -s "$boot/ravelin.old/config.txt" "$work/before/config.txt" || fail "no backup of config.txt"
    (($(wc -c <"$boot/ravelin.img") % 4 == 0)) || fail "the image's size is not a multiple of 4"
    pass "deploys, and keeps the rest of config.txt"

    cp "$boot/config.txt" "$work/first"
    first=$(sha256sum <"$boot/ravelin.img")
    deploy "$boot" || fail "could not deploy again"
    cmp -s "$boot/config.txt" "$work/first" || fail "deploying again makes another config.txt"
    [[ $(sha256sum <"$boot/ravelin.img") == "$first" ]] || fail "deploying again makes another image"
    pass "deploying again changes nothing"

    deploy "$boot" --kernel "$work/kernel-other" || fail "could not deploy another kernel"
    cp "$boot/ravelin.img" "$work/raw"
    deploy "$boot" --kernel "$work/kernel-other.gz" || fail "could not deploy a gzip kernel"
    cmp -s "$boot/ravelin.img" "$work/raw" || fail "the gzip kernel makes another image than the raw one"
    [[ $(sha256sum <"$boot/ravelin.img") != "$first" ]] || fail "another kernel makes the same image"
    pass "takes another kernel, raw or gzip"

    "$tools/deploy" --undo "$boot" >/dev/null
    diff -r "$work/before" "$boot" || fail "undo did not restore the partition"
    pass "undo restores it exactly"
    ! "$tools/deploy" --undo "$boot" 2>/dev/null || fail "undid what was not there"

    echo foreign >"$boot/ravelin.img"
    deploy "$boot" && "$tools/deploy" --undo "$boot" >/dev/null
    [[ $(<"$boot/ravelin.img") == foreign ]] || fail "undo did not restore a foreign ravelin.img"
    rm "$boot/ravelin.img"
    pass "keeps and restores a file of the image's name"

    deploy "$boot"
    echo 'dtoverlay=disable-bt' >>"$boot/config.txt"
    deploy "$boot"
    grep -q '^dtoverlay=disable-bt$' "$boot/config.txt" || fail "lost an edit"
    "$tools/deploy" --undo "$boot" >/dev/null
    grep -q '^dtoverlay=disable-bt$' "$boot/config.txt" || fail "undo lost an edit"
    [[ -z $(setting kernel) && ! -e $boot/ravelin.img ]] || fail "undo left Ravelin there"
    pass "keeps what was edited since"

    new_partition "$boot"
    rm "$boot/config.txt"
    deploy "$boot"
    "$tools/deploy" --undo "$boot" >/dev/null
    [[ ! -e $boot/config.txt ]] || fail "undo left a config.txt where there was none"
    pass "does without a config.txt"

    new_partition "$boot"
    printf 'auto_initramfs=1\r\n' >"$boot/config.txt"
    deploy "$boot"
    [[ $(setting auto_initramfs) == 0$'\r' ]] || fail "the firmware would look for an initramfs by the image's name"
    grep -q $'^initramfs initramfs8 followkernel\r$' "$boot/config.txt" || fail "the initramfs is not named"
    pass "names the initramfs that the firmware would look for by the kernel's name"

    new_partition "$boot"
    cp "$work/ravelin.bin" "$work/ravelin-dev.bin"
    openssl pkey -in "$tools/keys/development.pem" -pubout -outform DER >>"$work/ravelin-dev.bin"
    refuses "trusts the development key" "$boot" --ravelin "$work/ravelin-dev.bin"
    deploy "$boot" --ravelin "$work/ravelin-dev.bin" --insecure-dev-key || fail "could not deploy with --insecure-dev-key"
    pass "deploys what trusts the development key only if told so"

    for file in start4.elf fixup4.dat bcm2711-rpi-4-b.dtb; do
        new_partition "$boot"
        rm "$boot/$file"
        refuses "has no $file" "$boot"
    done
    new_partition "$boot"
    rm "$boot/kernel8.img"
    refuses "there is no $boot/kernel8.img" "$boot"
    new_partition "$boot"
    head -c 40 "$work/kernel8.img" >"$boot/kernel8.img"
    refuses "too short" "$boot"
    new_partition "$boot"
    head -c 60 "$work/kernel-other.gz" >"$boot/kernel8.img"
    refuses "truncated" "$boot"
    new_partition "$boot"
    printf '\nkernel_address=0x80000\n' >>"$boot/config.txt"
    refuses "kernel_address=0x80000" "$boot"
    # A kernel that uses more memory than the partition has room.
    new_partition "$boot"
    stand_in "$boot/kernel8.img" "$(($(stat -f -c '%a * %S' "$boot") * 2))"
    refuses "nothing was written" "$boot"
    rm -r "$work/before"
}

mkdir "$work/directory"
scenario "$work/directory" "a directory"

# The names and sizes that were written fit a FAT file system, whoever may mount one.
new_partition "$work/directory"
deploy "$work/directory"
mkfs.fat -C "$work/fat" 65536 >/dev/null
mcopy -i "$work/fat" -s "$work/directory"/* ::
mkdir "$work/read-back"
mcopy -i "$work/fat" -s -n '::*' "$work/read-back"
diff -r "$work/directory" "$work/read-back" || fail "a FAT file system does not hold what was written"
pass "a FAT file system holds what was written"

mkfs.fat -C "$work/partition" 65536 >/dev/null
mkdir "$work/mount"
if mount -o loop "$work/partition" "$work/mount" 2>/dev/null; then
    mounted=$work/mount
    scenario "$work/mount" "a FAT file system"
else
    echo "SKIP mounting a FAT file system: not permitted here"
fi

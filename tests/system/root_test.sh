#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/root_test.sh
#
# The same packages give the same root image: whoever makes it, where, with how many processors, and whatever the time is.
# And it's what it has to be.
# shellcheck disable=SC2317  # functions are called through check
set -euo pipefail

# shellcheck source=tools/lib/common.sh
. "$(cd "$(dirname "$0")/../../tools" && pwd)/lib/common.sh"
"$root/tools/setup" --quiet
mkdir -p "$root/build"
work=$(mktemp -d -p "$root/build")
trap 'rm -rf "$work"' EXIT
verdict=0

check()
{
    local what=$1; shift
    if "$@"; then echo "PASS $what"; else echo "FAIL $what"; verdict=1; fi
}

# make_in DIR DATE COMMAND...: the tools, copied to DIR as if on that date, make an image there, started by COMMAND.
make_in()
{
    local dir=$1 date=$2; shift 2
    mkdir -p "$dir/tools/lib"
    cp -R "$root/tools/root" "$dir/tools"
    cp "$root/tools/lib/make-root" "$dir/tools/lib"
    mkdir "$dir/packages"
    cp "$RAVELIN_CACHE"/root/*.deb "$dir/packages"
    find "$dir" -exec touch -d "$date" {} +
    (cd "$dir" && "$@" tools/lib/make-root --packages packages --output image)
}
# What hosts and guests have was made here, at another time.
one=$("$root/tools/lib/root-image")
umask 077
make_in "$work/another/place" 2030-01-01 env TZ=Asia/Tokyo LANG=tr_TR.UTF-8 taskset -c "$(taskset -cp $$ | sed 's/.*[:,-] *//')"

another=$work/another/place/image
check "two images are the same" cmp "$one" "$another"
check "what verifies them is the same" cmp "$one.verity" "$another.verity"

has() { unsquashfs -lls -d '' "$another" "${2#/}" | grep -E "^$1 .* $2( |\$)" >/dev/null; }
check "all is root's, and nobody else writes to it" has 'drwxr-xr-x root/root' /usr/bin
check "modes are those of the packages" has '-rwsr-xr-x root/root' /usr/bin/su
check "passwords are kept from users" has '-rw------- root/root' /etc/shadow
check "SSH's server starts by itself" has 'lrwxrwxrwx root/root' /etc/systemd/system/multi-user.target.wants/ssh.service
has_no_key() { ! unsquashfs -lls -d '' "$another" etc/ssh | grep ssh_host >/dev/null; }
check "no key of an SSH server is in it" has_no_key

verifies()
{
    local blocks hash
    read -r blocks hash <"$another.verity"
    PATH+=:/usr/sbin veritysetup verify --no-superblock --hash=sha256 --salt=- --data-block-size=4096 --hash-block-size=4096 \
        --data-blocks="$blocks" --hash-offset=$((blocks * 4096)) "$1" "$1" "$hash" >/dev/null 2>&1
}
check "the image is what its hash says" verifies "$another"
cp "$another" "$work/tampered"
printf X | dd of="$work/tampered" bs=1 seek=1000000 conv=notrunc status=none
not_verified() { ! verifies "$1"; }
check "another one isn't" not_verified "$work/tampered"
exit "$verdict"

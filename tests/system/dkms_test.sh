#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/dkms_test.sh
#
# dkms(8) builds the driver for Debian's arm64 kernels, of nothing but what `make dkms` has copied.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tool_directory=$(cd "$here/../../tools" && pwd)
# shellcheck source=tools/lib/common.sh
. "$tool_directory/lib/common.sh"

"$root/tools/setup" --quiet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree"
make -C "$root/tools/kvm" dkms DESTDIR="$work" >/dev/null
grep -q "^project (Ravelin VERSION $(basename "$work"/usr/src/* | sed 's/.*-//') " "$root/CMakeLists.txt" ||
    die "dkms.conf and CMakeLists.txt have different versions"
trees=(--sourcetree "$work/usr/src" --dkmstree "$work/tree")
module=$(basename "$work"/usr/src/*)
module=${module%-*}/${module##*-}
dkms add "$module" "${trees[@]}" >"$work/log" 2>&1 || { cat "$work/log"; die "dkms can't add $module"; }
for part in arm64 linux-6.12; do
    headers=$(readlink -f "$RAVELIN_CACHE/$part/headers")
    version=$(basename "$headers")
    version=${version#linux-headers-}
    # Type information for BPF takes the kernel's own file.
    if ! ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- MAKEFLAGS=CONFIG_DEBUG_INFO_BTF_MODULES= \
        dkms build "$module" -k "$version" -a aarch64 --kernelsourcedir "$headers" "${trees[@]}" >"$work/log" 2>&1; then
        cat "$work/log" "$work/tree/$module/build/make.log" || true
        die "dkms doesn't build the driver for $version"
    fi
    built=("$work/tree/$module/$version"/aarch64/module/ravelin-kvm.ko*)
    [[ -e ${built[0]} ]] || die "dkms has built no module for $version"
    echo "PASS dkms builds the driver for $version"
done

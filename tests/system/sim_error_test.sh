#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/sim_error_test.sh
#
# A host of the simulated Pi asks for a PCIe device that is absent: Debian's kernel says what it says on a real one, and resets
# the machine, for which it needs Ravelin.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
name=test-sim-error
initrd=$(mktemp)
trap 'rm -f "$initrd"' EXIT
"$root/tools/setup" --quiet
"$root/tools/lib/make-initramfs" --busybox "${RAVELIN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ravelin}/arm64/bin/busybox" \
    --init "$root/tests/system/system_error_init" --output "$initrd"
"$root/tools/sim" --board pi4b --cpus 4 --initrd "$initrd" --name "$name" </dev/null | tail -n 30

console=$root/build/reports/runs/$name/console
for said in 'asking for what is absent' 'SError Interrupt on CPU[0-3], code 0x00000000bf000002' \
    'Kernel panic - not syncing: Asynchronous SError Interrupt'; do
    grep -qE "$said" "$console" || { echo "FAIL the console hasn't '$said'; see $console"; exit 1; }
done
! grep -q 'Ravelin: panic\|nobody minded' "$console" || { echo "FAIL somebody else went wrong; see $console"; exit 1; }
echo "PASS the host took its SError, and reset the machine"

#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/attacks/attacks_test.sh PLATFORM RAVELIN PROGRAM
#
# Lets the hostile host PROGRAM loose on virt or raspi4b in QEMU, with Ravelin from the file RAVELIN, or in the simulator
# (sim), or in the simulator with caches (sim-caches). Writes a line for each attack, "NAME repelled" or "NAME
# succeeded", to build/reports/attacks/PLATFORM.txt; fails if one succeeded, or one that the program has is missing.
set -euo pipefail

root=$(cd "$(dirname "$0")/../../.." && pwd)
platform=$1 ravelin=$2 program=$3
name=test-attacks-$platform
console=$root/build/reports/runs/$name/console
report=$root/build/reports/attacks/$platform.txt

mkdir -p "${report%/*}"
rm -f "$report"
status=0
if [[ $platform == sim* ]]; then
    caches=()
    [[ $platform == sim ]] || caches=(--caches seeded)
    "$root/tools/sim" --board virt --cpus 4 --restart "${caches[@]}" --kernel "$program" --name "$name" </dev/null >/dev/null || status=$?
else
    "$root/tests/system/run/qemu_test" program --name "$name" --board "$platform" --cpus 4 --restart --ravelin "$ravelin" \
        --program "$program" || status=$?
fi
tr -d '\r' <"$console" | grep -E '^[a-z0-9-]+ (repelled|succeeded)$' >"$report" || true

expected=$(tr -d '\r' <"$console" | sed -n 's/^ATTACKS //p' | head -n 1)
written=$(wc -l <"$report")
if ((status != 0)) || [[ $written != "$expected" ]] || grep succeeded "$report"; then
    tail -n 20 "$console"
    echo "FAIL $written of ${expected:-?} attacks tried, $(grep -c succeeded "$report" || true) succeeded; see ${console#"$root"/}"
    exit 1
fi
echo "PASS $written attacks repelled; see ${report#"$root"/}"

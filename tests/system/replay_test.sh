#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/replay_test.sh PROGRAM BOARD
#
# Records a bare-metal host PROGRAM on BOARD with four CPUs, and replays that: nothing diverges. With a byte of the record
# changed, or its end cut off, it's refused.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
program=$1 board=$2
name=test-replay-$(basename "$program" .img)-$board
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAIL $1"; exit 1; }

"$root/tools/record" "$work/$name.record" --board "$board" --smp 4 --kernel "$program" --initrd "$program" --name "$name" \
    --timeout 200 </dev/null >/dev/null
grep -qE $'^VERDICT [1-9][0-9]* passed, 0 failed\r?$' "$root/build/reports/runs/$name/console" || fail "the program didn't pass"
"$root/tools/replay" "$work/$name.record" || fail "the replay diverges"

cut() { head -c $(($(stat -c %s "$1") - 20)) "$1"; }
damaged() { head -c 5000 "$1"; printf 'x'; tail -c +5002 "$1"; }
for way in cut damaged; do
    "$way" "$work/$name.record" >"$work/$way.record"
    status=0
    "$root/tools/replay" "$work/$way.record" >"$work/said" 2>&1 || status=$?
    ((status == 2)) || fail "one that is $way has status $status"
    grep -q "can't be used: .*$way" "$work/said" || { cat "$work/said"; fail "it isn't said that it's $way"; }
done
echo "PASS recorded and replayed"

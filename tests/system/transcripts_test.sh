#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/transcripts_test.sh NAME...
#
# Compares what the consoles of several runs say between two marks, byte for byte; prints the number of runs whose
# transcript differs from the first one's, or is empty.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

different=0
for name; do
    sed -n '/^TRANSCRIPT begins/,/^TRANSCRIPT ends/p' "$root/build/reports/runs/$name/console" >"$work/$name"
    if ! tail -n 1 "$work/$name" | grep -q '^TRANSCRIPT ends'; then
        echo "FAIL $name has no transcript"
        different=$((different + 1))
    elif ! diff "$work/$1" "$work/$name" >"$work/difference"; then
        echo "FAIL $name differs from $1:"
        head -n 20 "$work/difference"
        different=$((different + 1))
    fi
done
echo "DIFFERENT $different of $#"
((different == 0))

#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/transcripts_test.sh NAME...
#
# Compares what the consoles of several runs say between two marks, byte for byte; a console may do so more than once.
# Prints the number of transcripts that differ from the first one, and of runs that have none.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

different=0 compared=0 first=
for name; do
    sed -n '/^TRANSCRIPT begins/,/^TRANSCRIPT ends/p' "$root/build/reports/runs/$name/console" >"$work/all"
    awk -v to="$work/$name." '/^TRANSCRIPT begins/ { number++ } { print >(to number) }' "$work/all"
    if ! tail -n 1 "$work/all" | grep -q '^TRANSCRIPT ends'; then
        echo "FAIL $name has no transcript"
        different=$((different + 1))
        continue
    fi
    for transcript in "$work/$name".*; do
        first=${first:-$transcript}
        compared=$((compared + 1))
        if ! diff "$first" "$transcript" >"$work/difference"; then
            echo "FAIL ${transcript##*/} differs from ${first##*/}:"
            head -n 20 "$work/difference"
            different=$((different + 1))
        fi
    done
done
echo "DIFFERENT $different of $compared"
((different == 0))

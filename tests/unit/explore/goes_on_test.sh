#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/unit/explore/goes_on_test.sh PROGRAM
#
# An exploration that is over before its end leaves what the next one goes on from; one that comes to its end, nothing.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAIL $*"; exit 1; }

"$1" --config small --directory "$work" --seconds 1 >"$work/said" 2>&1 || fail "stopped by time: status $?"
grep -q 'the same command goes on from here' "$work/said" || fail "it has come to its end in a second, or doesn't say what is left"
[[ -s $work/state && -s $work/report.json ]] || fail 'it has left no state, or no report'
"$1" --config small --directory "$work" --seconds 1 >"$work/said" 2>&1 || fail "stopped again: status $?"
grep -q 'goes on at depth' "$work/said" || fail 'it has begun anew'

printf 'protected_vms 0\npages 1\ncpus 1\n' >"$work/tiny"
"$1" --config "$work/tiny" --directory "$work" >"$work/said" 2>&1 || fail "a small one: status $?"
grep -q 'of another scope: begins anew' "$work/said" || fail "it hasn't seen that the state is another's"
[[ ! -e $work/state ]] || fail 'a state is left behind its end'
echo 'PASS explorations go on'

#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/unit/explore/goes_on_test.sh PROGRAM
#
# An exploration that is over before its end leaves what the next one goes on from, also if that is killed; one that comes to
# its end, nothing. What comes of it in the end is the same.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
program=$1
fail() { echo "FAIL $*"; exit 1; }

"$program" --config small --directory "$work" --seconds 1 >"$work/said" 2>&1 || fail "stopped by time: status $?"
grep -q 'the same command goes on from here' "$work/said" || fail "it has come to its end in a second, or doesn't say what is left"
[[ -s $work/state && -s $work/report.json ]] || fail 'it has left no state, or no report'
"$program" --config small --directory "$work" --seconds 1 >"$work/said" 2>&1 || fail "stopped again: status $?"
grep -q 'goes on at depth' "$work/said" || fail 'it has begun anew'

# Begins to explore for directory $2, until it has said $1.
begin()
{
    rm -f "$work/said"
    "$program" --config pair --jobs 1 --directory "$work/$2" >"$work/said" 2>&1 &
    running=$!
    until grep -qs "$1" "$work/said"; do kill -0 "$running" || fail "it has ended without '$1': $(cat "$work/said")"; done
}

mkdir "$work/whole" "$work/pair"
touch "$work/whole/finding.cpp"
"$program" --config pair --jobs 1 --directory "$work/whole" >/dev/null 2>&1 || fail "the whole: status $?"
[[ ! -e $work/whole/finding.cpp ]] || fail "what an earlier one has found is still there"
begin 'depth 5,' pair
kill -INT "$running"
status=0; wait "$running" || status=$?
((status == 130)) || fail "interrupted: status $status"
begin 'goes on at depth' pair
kill -KILL "$running"
wait "$running" || true
[[ -s $work/pair/state ]] || fail 'the state is gone with who was killed'
begin 'goes on at depth' pair
wait "$running" || fail "in the end: status $?"
of_all() { sed 's/"seconds.*"problem"/"problem"/' "$work/$1/report.json"; }
[[ $(of_all pair) == "$(of_all whole)" ]] || fail "it has come to something else: $(of_all pair)"
[[ ! -e $work/pair/state ]] || fail 'a state is left behind the end'

# Killed before it has saved anything, it begins anew.
mkdir "$work/early"
begin 'depth 5,' early
kill -KILL "$running"
wait "$running" || true
"$program" --config pair --jobs 1 --directory "$work/early" >/dev/null 2>&1 || fail "after an early end: status $?"
[[ $(of_all early) == "$(of_all whole)" ]] || fail "after an early end it has come to something else: $(of_all early)"

printf 'protected_vms 0\npages 1\ncpus 1\n' >"$work/tiny"
"$program" --config "$work/tiny" --directory "$work" >"$work/said" 2>&1 || fail "a small one: status $?"
grep -q 'of another scope: begins anew' "$work/said" || fail "it hasn't seen that the state is another's"
[[ ! -e $work/state ]] || fail 'a state is left behind its end'
echo 'PASS explorations go on'

#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/tools_test.sh
#
# What every tool owes whoever types it: it explains itself, and refuses what it doesn't know before it does anything.
# shellcheck disable=SC2317  # functions are called through check
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
verdict=0

check()
{
    local what=$1; shift
    if "$@"; then echo "PASS $what"; else echo "FAIL $what"; verdict=1; fi
}

explains() { "$root/tools/$1" --help >"$work/help" 2>&1 && grep -q "$1" "$work/help" && (($(wc -l <"$work/help") >= 4)); }

refuses()
{
    local tool=$1 status=0; shift
    timeout 20 "$root/tools/$tool" "$@" >"$work/refusal" 2>&1 || status=$?
    ((status != 0 && status != 124)) && grep -qE -- "${*: -1}|required" "$work/refusal" && (($(wc -l <"$work/refusal") <= 3))
}

status_is()
{
    local status=0; "$root/tools/$2" "${@:3}" >/dev/null 2>&1 || status=$?
    ((status == $1))
}

# Whoever builds now, this test or another one: nobody has to wait for that to be told of a mistake.
mkdir -p "$root/build"
exec 9>"$root/build/.lock"
flock -n 9 || true

for file in "$root"/tools/*; do
    [[ -f $file ]] || continue
    name=$(basename "$file")
    check "$name explains itself" explains "$name"
    check "$name refuses an option that it doesn't have" refuses "$name" --no-such-option
    check "README.md names $name" grep -q "tools/$name" "$root/README.md"
done
check "tools/run names a board that it doesn't have" refuses run --board toaster
check "tools/sim names a board that it doesn't have" refuses sim --board toaster
check "tools/sim refuses a guest in a host that isn't its own" refuses sim --kernel "$root/README.md" --guest protected
check "tools/run refuses a number that is none" refuses run --smp many
check "tools/run refuses a guest that is larger than its host" refuses run --board raspi4b --guest-memory 4096
check "tools/run refuses a small guest in a host that is Debian" refuses run --root debian --guest-root small
check "tools/run names a root that it doesn't have" refuses run --guest-root toaster
check "tools/fuzz names a target that it doesn't have" refuses fuzz toaster
check "tools/fuzz names a file that it can't read" refuses fuzz vgic --replay "$work/absent"
check "tools/fuzz does one thing at a time" refuses fuzz vgic --coverage --merge
check "tools/campaign names a file that it can't read" refuses campaign "$work/absent"
check "tools/campaign names an engine that it doesn't have" refuses campaign "$root/README.md" --engine toaster
check "tools/figures names a group that it doesn't have" refuses figures toaster
lists_figures() { "$root/tools/figures" --list >"$work/figures"; }
check "tools/figures lists all groups' rows" lists_figures
check "tools/explore names a config that it doesn't have" refuses explore --config toaster
check "tools/race names a config that it doesn't have" refuses race --config toaster
# The explorer's own are in no order.
named=$({ "$root/build/dev/sim/explore/ravelin-explore" --config toaster || true; } 2>&1 | sed 's/.*there are //; s/, and files//' | tr ',' '\n' | tr -d ' ' | sort)
check "the tools know the configs that the explorer has" test "$named" = "$(grep -v '^#' "$root/tools/lib/configs" | sort)"
check "tools/race names an option that it doesn't know" refuses race --toast
check "tools/trace names a trace that isn't there" refuses trace "$work/absent"
check "tools/hunt names a patch that isn't there" refuses hunt "$work/absent"
check "tools/hunt names a detector that it doesn't have" refuses hunt "$root/README.md" --detector toaster
check "tools/twin names a scenario that it doesn't have" refuses twin --scenario toaster
check "tools/twin names a board that it doesn't have" refuses twin --board toaster
check "tools/twin names an image that isn't there" refuses twin --image "$work/absent"
check "tools/record refuses what can't be recorded" refuses record x.record --native
check "tools/record names a board that there isn't" refuses record x.record --board toaster
check "tools/replay names a record that isn't there" refuses replay "$work/absent"
check "tools/deploy names a directory that isn't there" refuses deploy "$work/absent"
# What a tool empties is below build/reports.
for name in explore race run sim 'fuzz vgic' "replay $root/README.md" "campaign $root/README.md"; do
    read -ra words <<<"$name"
    check "tools/$name refuses a name that leads elsewhere" refuses "${words[@]}" --name "../$(basename "$work")"
done
check "tools/fuzz refuses to replay a directory" refuses fuzz vgic --replay "$work"
check "tools/trace refuses a directory" refuses trace "$work"
check "tools/hunt says what to do with a directory" refuses hunt "$work"
# Where 1 is what was found.
for name in campaign explore figures fuzz hunt race replay sim trace twin; do check "a mistake of who runs tools/$name is status 2" status_is 2 "$name" --no-such-option; done
exit "$verdict"

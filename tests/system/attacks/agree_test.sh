#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/attacks/agree_test.sh PLATFORM...
#
# The reports of these platforms say the same of the same attacks; and of each attack one of the patches in defences/ says
# without what it succeeds.
set -euo pipefail

root=$(cd "$(dirname "$0")/../../.." && pwd)
reports=$root/build/reports/attacks
failed=false
for platform; do
    diff "$reports/$1.txt" "$reports/$platform.txt" || { echo "FAIL $1 and $platform differ"; failed=true; }
done

tried=$(cut -d ' ' -f 1 "$reports/$1.txt" | sort)
named=$(sed -n 's/^Attacks: //p' "$root"/tests/system/attacks/defences/*.patch | tr -d ' ' | tr ',' '\n' | sort -u)
difference=$(comm -3 <(echo "$tried") <(echo "$named"))
if [[ -n $difference ]]; then
    echo "FAIL attacks that no patch is for, and on the right those that patches name but don't exist:"
    echo "$difference"
    failed=true
fi
$failed || echo "PASS the platforms agree on $(wc -l <"$reports/$1.txt") attacks"
! $failed

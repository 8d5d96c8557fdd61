#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/sim_program_test.sh PROGRAM BOARD NAME [OPTION...]
#
# Boots a bare-metal program, an arm64 Image, in the simulator with four CPUs and these options of tools/sim: its verdict
# is that nothing failed. The console stays in build/reports/runs/NAME.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
program=$1 board=$2 name=$3
shift 3
console=$root/build/reports/runs/$name/console

"$root/tools/sim" --board "$board" --cpus 4 --kernel "$program" --name "$name" "$@" </dev/null | tail -n 30
if ! grep -qE $'^VERDICT [1-9][0-9]* passed, 0 failed\r?$' "$console"; then
    echo "FAIL no verdict that all passed; see $console"
    exit 1
fi
echo "PASS $(grep ^VERDICT "$console")"

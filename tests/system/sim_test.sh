#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/sim_test.sh BOARD CPUS [OPTION...]
#
# Boots Debian in the simulator twice, with these options of tools/sim: it reaches its shell, and both consoles and both
# traces are the same, byte for byte.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
board=$1 cpus=$2
shift 2
name=test-sim-$board-$cpus
for run in 1 2; do "$root/tools/sim" --smoke --board "$board" --cpus "$cpus" --name "$name-$run" "$@"; done
for file in console trace; do
    cmp "$root/build/reports/runs/$name-1/$file" "$root/build/reports/runs/$name-2/$file"
done
echo "PASS both runs said the same"

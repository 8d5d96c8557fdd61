#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/gdb_test.sh [--board NAME]
#
# Starts tools/run --gdb and, with the very line that it prints, a debugger that stops in Ravelin and in the host kernel.

set -euo pipefail

tools=$(cd "$(dirname "$0")/../../tools" && pwd)
board=virt
[[ ${1-} != --board ]] || board=$2
port=$((20000 + $$ % 20000))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$tools/run" --board "$board" --gdb "$port" --smoke --name "gdb-$board" --timeout 300 >"$work/run" 2>&1 &
run=$!

line=''
for ((tries = 0; tries < 1200; tries++)); do
    line=$(grep '^gdb-multiarch ' "$work/run" || true)
    [[ -z $line ]] || break
    kill -0 "$run" 2>/dev/null || break
    sleep 0.5
done
[[ -n $line ]] || { cat "$work/run"; echo "FAIL tools/run printed no line for the debugger"; exit 1; }
# The line comes just before QEMU listens; gdb tries again until then.
cat >"$work/script" <<'END'
set pagination off
tbreak ravelin_boot
continue
backtrace 1
tbreak start_kernel
continue
backtrace 1
delete
detach
END
eval "timeout 120 $line -batch -x '$work/script'" >"$work/debugger" 2>&1 || true

verdict=0
check()
{
    if grep -qE "$2" "$work/debugger"; then echo "PASS $1"; else echo "FAIL $1"; verdict=1; fi
}
check "the debugger stops in Ravelin" '^#0 .*ravelin_boot'
check "the debugger stops in the host kernel" '^#0 .*start_kernel'
if wait "$run"; then echo "PASS the machine goes on without the debugger"; else verdict=1; fi
((verdict == 0)) || cat "$work/debugger" "$work/run"
exit "$verdict"

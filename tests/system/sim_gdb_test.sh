#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/sim_gdb_test.sh PROGRAM
#
# Starts tools/sim --gdb on a bare-metal program, PROGRAM.img with the symbols of PROGRAM.elf, and, with the very line that it
# prints, a debugger that stops in it, looks around, makes steps, and lets it run to its end.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/script" <<END
set pagination off
add-symbol-file $program.elf -o 0x40600000
break *el1::run_program
continue
info threads
info registers pc cpsr
delete
stepi
stepi
print (unsigned long) \$pc - (unsigned long) &el1::run_program
set \$x9 = 0x1234
print/x \$x9
maintenance packet Qqemu.PhyMemMode:1
print/x *(unsigned int *) 0x40600038
continue
END

status=0
exec {machine}< <("$root/tools/sim" --gdb 0 --cpus 2 --kernel "$program.img" --name test-sim-gdb </dev/null 2>&1)
simulator=$!
while read -r -u "$machine" line; do
    echo "$line" >>"$work/machine"
    [[ $line != gdb-multiarch* ]] || break
done
[[ ${line-} == gdb-multiarch* ]] || { cat "$work/machine"; echo "FAIL tools/sim printed no line for the debugger"; exit 1; }
eval "timeout 120 ${line/gdb-multiarch/gdb-multiarch -nx -batch} -x '$work/script'" >"$work/debugger" 2>&1 || true
timeout 60 cat <&"$machine" >>"$work/machine" || true
wait "$simulator" || status=$?

verdict=0
check()
{
    if grep -qE "$2" "$work/debugger"; then echo "PASS $1"; else echo "FAIL $1"; verdict=1; fi
}
check "the debugger stops in the program" '^Thread 1 .*hit Breakpoint 1, .*run_program'
check "each CPU is a thread" '^  2 .*CPU 1, off'
check "registers are there" '^cpsr +0x[0-9a-f]*5 '
check "two steps lead two instructions on" '^[$]1 = 8'
check "registers can be set" '^[$]2 = 0x1234'
check "memory is there, by physical address" '^[$]3 = 0x644d5241'
check "the program runs to its end" 'exited normally'
if ((status == 0)); then echo "PASS the simulator ends with the program"; else echo "FAIL exit status $status"; verdict=1; fi
((verdict == 0)) || cat "$work/debugger" "$work/machine"
exit "$verdict"

#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/system/fuzz/oss_fuzz_test.sh WORK
#
# fuzz/oss-fuzz/build.sh builds a fuzzer of what an OSS-Fuzz builder gives it, and what it leaves is all that a machine needs
# to run that. WORK is where it builds, kept for the next time.
# shellcheck disable=SC2317  # functions are called through check
set -euo pipefail

root=$(cd "$(dirname "$0")/../../.." && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
verdict=0

check()
{
    local what=$1; shift
    if "$@"; then echo "PASS $what"; else echo "FAIL $what"; verdict=1; fi
}

# What costs the compiler least.
flags='-O0 -fsanitize=address -fsanitize=fuzzer-no-link'
build() { env SRC=/absent WORK="$1" OUT="$out/$2" CC=clang-19 CXX=clang++-19 LIB_FUZZING_ENGINE="$3" CFLAGS="$flags" CXXFLAGS="$flags" "$root/fuzz/oss-fuzz/build.sh" "$4" >"$out/log" 2>&1; }
refuses() { ! build "$@" && (($(wc -l <"$out/log") == 1)); }

check "it says that there is no engine" refuses "$1" none "" guest_firmware
check "it says that there is no such target" refuses "$1" none -fsanitize=fuzzer toaster
check "it builds" build "$1" built -fsanitize=fuzzer guest_firmware
((verdict == 0)) || tail -n 20 "$out/log"

# Elsewhere, where nothing of the tree is.
mv "$out/built" "$out/moved"
cd "$out/moved"
for file in fuzz_guest_firmware{,.dict,.options,_seed_corpus.zip}; do check "$file is there" test -s "$file"; done
check "flags are heeded" grep -q __asan_init fuzz_guest_firmware
mkdir seeds
(cd seeds && cmake -E tar xf ../fuzz_guest_firmware_seed_corpus.zip)
check "all seeds are in the zip" diff -r seeds "$root/fuzz/seeds/guest_firmware"
mapfile -t options < <(sed -n 's/^\([a-z_]*\) = /-\1=/p' fuzz_guest_firmware.options)
mkdir corpus
runs() { ./fuzz_guest_firmware "${options[@]}" -runs=500 -seed=1 corpus seeds >log 2>&1 && grep -q '^Done 50[0-9] runs' log; }
check "it runs" runs
check "it has its dictionary" grep -q '^Dictionary: [1-9]' log
own_libraries() { ldd "$PWD/fuzz_guest_firmware" | grep boost | grep -qF "$PWD/lib/"; }
check "it has its libraries" own_libraries
finds_more() { (($(find corpus -type f | wc -l) > 10)); }
check "it sees what is new" finds_more
exit "$verdict"

#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# fuzz/oss-fuzz/build.sh [TARGET...]
#
# Builds the fuzzers, or those that are named, the way OSS-Fuzz and what is made like it have them built: with $CC and $CXX,
# $CFLAGS and $CXXFLAGS, the engine $LIB_FUZZING_ENGINE; of $SRC/ravelin, or of the tree that this script is in, in $WORK.
# To $OUT go fuzz_TARGET, its seeds (_seed_corpus.zip), dictionary (.dict) and options (.options), and in lib/ what libraries
# they need that a machine which only runs them may not have.
#
# What building takes is what tools/setup installs: see Dockerfile.
set -euo pipefail

case ${1:-} in --help | -h) sed -n '3,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0"; exit ;; esac

for name in CC CXX OUT LIB_FUZZING_ENGINE; do
    [[ -n ${!name:-} ]] || { echo "build.sh: \$$name is not set; see --help" >&2; exit 1; }
done
root=${SRC:-}/ravelin
[[ -d $root ]] || root=$(cd "$(dirname "$0")/../.." && pwd)
work=${WORK:-$root/build}/oss-fuzz
mapfile -t targets < <("$root/tools/fuzz" --list)
for target; do
    [[ " ${targets[*]} " == *" $target "* ]] || { echo "build.sh: there is no target '$target'; there are: ${targets[*]}" >&2; exit 1; }
done
(($# == 0)) || targets=("$@")

# Not all is for this machine: the guest firmware is not, and CMake would take the flags for it too.
env -u CFLAGS -u CXXFLAGS cmake -S "$root" -B "$work" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_C_COMPILER="$CC" -DCMAKE_CXX_COMPILER="$CXX" \
    -DRAVELIN_FUZZ=ON -DRAVELIN_FUZZ_ENGINE="$LIB_FUZZING_ENGINE" -DRAVELIN_CFLAGS="${CFLAGS:-}" -DRAVELIN_CXXFLAGS="${CXXFLAGS:-}"
cmake --build "$work" --target "${targets[@]/#/fuzz_}"

mkdir -p "$OUT/lib"
for target in "${targets[@]}"; do
    fuzzer=$OUT/fuzz_$target
    cp "$work/fuzz/fuzz_$target" "$fuzzer"
    ldd "$fuzzer" | awk '$3 ~ /boost|fdt|bearssl/ { print $3 }' | xargs --no-run-if-empty cp -t "$OUT/lib"
    (cd "$root/fuzz/seeds/$target" && cmake -E tar cf "${fuzzer}_seed_corpus.zip" --format=zip -- *)
    cp "$root/fuzz/options/$target.options" "$fuzzer.options"
    if [[ -e $root/fuzz/dictionaries/$target.dict ]]; then
        cp "$root/fuzz/dictionaries/$target.dict" "$fuzzer.dict"
        echo "dict = fuzz_$target.dict" >>"$fuzzer.options"
    fi
done

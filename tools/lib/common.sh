# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# What every tool shares: where things are, how it speaks, where a run leaves its traces.

set -euo pipefail

tool=$(basename "$0")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Outside the tree, so that it survives clones and cleans.
RAVELIN_CACHE=${RAVELIN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ravelin}
export RAVELIN_CACHE

# What our hosts' kernels are told where all is emulated: their tests of their ciphers take a sixth of a boot.
# shellcheck disable=SC2034  # for who includes this
emulated_kernel=cryptomgr.notests

say() { printf '%s: %s\n' "$tool" "$*" >&2; }
# Where 1 stands for something that was found, another status is for what goes wrong.
die_status=1
die() { say "$*"; exit "$die_status"; }

# Prints the comment block below a tool's first two lines: its manual.
usage() { sed -n '3,/^$/{s/^# \{0,1\}//p}' "$0"; }

# The value of option $1, which is $3 if at least $2 >= 2 arguments are left.
value() { (($2 >= 2)) || die "$1 needs a value; see --help"; printf '%s' "$3"; }

# Dies unless $1 is the name of a scope, or a file.
check_config()
{
    local configs=$root/tools/lib/configs
    grep -qxF -- "$1" "$configs" || [[ -r $1 && ! -d $1 ]] ||
        die "cannot read $1; there are $(grep -v '^#' "$configs" | paste -sd, | sed 's/,/, /g'), and files"
}

# Dies unless $1 is a plain name, which leads nowhere else: directories of that name are emptied.
check_name() { [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] || die "'$1' is no name for a directory"; }

# Creates build/reports/runs/NAME afresh and prints its path.
# The traces of the last run of that name go, so that nothing in the directory is of another run.
run_directory()
{
    local dir=$root/build/reports/runs/$1
    check_name "$1"
    rm -rf "$dir"
    mkdir -p "$dir"
    printf '%s\n' "$dir"
}

# Records in directory $1 the command (the other arguments), quoted so that a shell can run it again.
record_command() { local dir=$1; shift; printf '%q ' "$@" >"$dir/command"; echo >>"$dir/command"; }

# Records in directory $1 what the run depended on: this tree, and the programs named by the other arguments.
record_versions()
{
    local dir=$1 program; shift
    {
        printf 'ravelin %s\n' "$(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown)"
        for program; do printf '%s\n' "$("$program" --version 2>/dev/null | head -n 1)"; done
        [[ ! -r $RAVELIN_CACHE/arm64/.complete ]] || cat "$RAVELIN_CACHE/arm64/.complete"
    } >"$dir/versions"
}

# Prints the part of the cache with Debian's kernel $1: 6.1 or 6.12. One of them is this Debian's own.
kernel_part()
{
    local part
    for part in "linux-$1" arm64; do
        [[ ! -e $(echo "$RAVELIN_CACHE/$part/boot/vmlinuz-$1."*) ]] || { echo "$part"; return; }
    done
    die "there's no kernel $1 in $RAVELIN_CACHE; run tools/setup"
}

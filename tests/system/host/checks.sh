# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# What scripts in the host share: verdicts, and what has to be as before when VMs have ended.

passed=0 failed=0
verdict()
{
    if [ "$1" = 0 ]; then passed=$((passed + 1)); echo "PASS $2"; else failed=$((failed + 1)); echo "FAIL $2: $3"; fi
}
# The script's last line: its status says whether all went well.
finish() { echo "VERDICT $passed passed, $failed failed"; [ $failed = 0 ]; }

# within SECONDS COMMAND...: whether it's so before they are over.
within()
{
    left=$(($1 * 4))
    shift
    until "$@"; do
        left=$((left - 1))
        [ $left -gt 0 ] || return 1
        usleep 250000
    done
}
is_idle() { [ "$(cat /sys/module/ravelin_kvm/refcnt)" = 0 ]; }

# KiB that are free when all VMs have ended, and nothing is kept that can be made again. A process that was killed may
# be gone before what it had is.
free_memory()
{
    within 30 is_idle
    sync
    echo 3 >/proc/sys/vm/drop_caches
    awk '/^MemFree/ { print $2 }' /proc/meminfo
}

# check_memory BEFORE: VMs have left nothing with the driver, which counts its pages; nor much elsewhere: as much as BEFORE
# was free is free again, but for what the kernel keeps for its processors and its caches.
check_memory()
{
    within 30 has_no_pages
    verdict $? "the driver has no page left" "it has $(cat /sys/module/ravelin_kvm/parameters/pages)"
    after=$(free_memory)
    [ $(($1 - after)) -le 16384 ]
    verdict $? "no memory is lost" "$1 KiB were free, and now $after"
}
has_no_pages() { [ "$(cat /sys/module/ravelin_kvm/parameters/pages)" = 0 ]; }

# The kernel has not complained since its log was emptied, and the driver isn't in use.
check_kernel()
{
    complaints=$(dmesg | grep -E 'WARNING|BUG|Oops|Unable to handle|Internal error|stall|lost' | head -n 3)
    [ -z "$complaints" ]
    verdict $? "the kernel has no complaint" "$complaints"
    rmmod ravelin_kvm
    verdict $? "the driver can go" "it's in use"
}

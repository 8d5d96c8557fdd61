// SPDX-License-Identifier: BSD-2-Clause
#include "checks.hpp"
#include "files.hpp"
#include "report.hpp"

#include <linux/reboot.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <unistd.h>

// The first process of a Debian kernel that is Ravelin's host: does what hosts do, and what they shouldn't.
//
//     ravelin.cpus=N     on the kernel's command line: the CPUs that there should be
//     ravelin.end=WHAT   reboot or poweroff, what comes last

auto main () -> int {
    if (getpid () != 1) {
        return 1;  // elsewhere it would end the machine that it was started on by mistake
    }
    mount ("proc", "/proc", "proc", 0, nullptr);
    mount ("sysfs", "/sys", "sysfs", 0, nullptr);
    mount ("devtmpfs", "/dev", "devtmpfs", 0, nullptr);
    // A line at a time, so that what the kernel says doesn't come in between.
    setvbuf (stdout, nullptr, _IOLBF, 0);

    check_kernel_log ();
    check_memory_map ();
    check_cpus ();
    check_watchdog ();
    check_forbidden ();
    check_ram ();
    check_cpus ();
    Test::print_verdict ();

    std::fflush (stdout);
    sync ();
    reboot (kernel_parameter ("ravelin.end") == "reboot" ? RB_AUTOBOOT : RB_POWER_OFF);
    return 1;
}

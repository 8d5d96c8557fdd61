// SPDX-License-Identifier: BSD-2-Clause
#include "checks.hpp"
#include "report.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void check_watchdog () {
    const int module = open ("/lib/bcm2835_wdt.ko", O_RDONLY | O_CLOEXEC);
    if (module < 0) { return; }
    Test test{"the driver of the block that Ravelin stands in front of loads"};
    test.expect_done (syscall (SYS_finit_module, module, "", 0) == 0, "loading it");
    close (module);
    // Not opened: that starts it, and QEMU's resets the machine at once.
    struct stat watchdog{};
    test.expect_done (stat ("/dev/watchdog0", &watchdog) == 0, "its device");
}

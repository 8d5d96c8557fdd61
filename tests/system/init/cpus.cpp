// SPDX-License-Identifier: BSD-2-Clause
#include "checks.hpp"
#include "files.hpp"
#include "report.hpp"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {
[[nodiscard]] auto cpus_online () -> long {
    return sysconf (_SC_NPROCESSORS_ONLN);
}

/// Whether a process can run on @p cpu, and does.
[[nodiscard]] auto runs_on (int cpu) -> bool {
    const pid_t child = fork ();
    if (child == 0) {
        cpu_set_t set;
        CPU_ZERO (&set);
        CPU_SET (cpu, &set);
        _exit (sched_setaffinity (0, sizeof set, &set) == 0 && sched_getcpu () == cpu ? 0 : 1);
    }
    int status = 0;
    return child > 0 && waitpid (child, &status, 0) == child && WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

void check_hotplug (long expected) {
    constexpr int rounds = 5;
    for (int cpu = 1; cpu < expected; ++cpu) {
        Test test{"CPU " + std::to_string (cpu) + " goes off and on again"};
        const auto file = "/sys/devices/system/cpu/cpu" + std::to_string (cpu) + "/online";
        for (int round = 0; round < rounds; ++round) {
            test.expect_done (write_file (file, "0"), "off");
            test.expect (cpus_online () == expected - 1, std::to_string (cpus_online ()) + " are online without it");
            test.expect_done (write_file (file, "1"), "on");
            test.expect (cpus_online () == expected, std::to_string (cpus_online ()) + " are online with it");
            test.expect (runs_on (cpu), "nothing runs on it");
        }
    }
}

/// All but the first off at once, then on.
void check_alone (long expected) {
    if (expected == 1) { return; }
    Test test{"all other CPUs go off together, and come back"};
    for (const std::string state : {"0", "1"}) {
        for (int cpu = 1; cpu < expected; ++cpu) {
            test.expect_done (write_file ("/sys/devices/system/cpu/cpu" + std::to_string (cpu) + "/online", state),
                              "CPU " + std::to_string (cpu) + " to " + state);
        }
        test.expect (cpus_online () == (state == "0" ? 1 : expected), std::to_string (cpus_online ()) + " are online");
    }
}
}  // namespace

void check_cpus () {
    const long expected = std::atol (kernel_parameter ("ravelin.cpus").c_str ());
    {
        Test test{"all CPUs are online"};
        test.expect (expected > 0, "the command line doesn't say how many: ravelin.cpus=N");
        test.expect (cpus_online () == expected,
                     std::to_string (cpus_online ()) + " are, not " + std::to_string (expected));
        for (int cpu = 0; cpu < expected; ++cpu) {
            test.expect (runs_on (cpu), "nothing runs on CPU " + std::to_string (cpu));
        }
    }
    check_hotplug (expected);
    check_alone (expected);
}

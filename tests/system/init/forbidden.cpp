// SPDX-License-Identifier: BSD-2-Clause
#include "checks.hpp"
#include "child.hpp"
#include "files.hpp"
#include "forbidden_page.hpp"
#include "page_access.hpp"
#include "report.hpp"

#include <array>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace {
/// A page that the host may not reach.
struct Place {
    std::string name;
    std::uint64_t address;
};

[[nodiscard]] auto places () -> std::vector<Place> {
    const PhysicalRange own = ravelin_memory ();
    std::vector<Place> all{
        {"Ravelin's code", own.start},
        {"Ravelin's data", own.start + own.size / 2},
        {"Ravelin's end", own.start + own.size - 4096},
    };
    const bool is_pi = read_file ("/proc/device-tree/compatible").find ("brcm,bcm2711") != std::string::npos;
    if (is_pi) {
        all.insert (all.end (), {{"GICH", 0xff84'4000}, {"GICV", 0xff84'6000}, {"the local block", 0xff80'0000}});
    } else {
        all.insert (all.end (), {{"GICH", 0x0803'0000}, {"GICV", 0x0804'0000}, {"secure memory", 0x0e00'0000}});
    }
    return all;
}

void check_accesses (const Place &place) {
    Test test{"a load or store is a SIGBUS: " + place.name};
    const ForbiddenPage page{place.address};
    test.expect_done (page.bytes () != nullptr, "mmap of /dev/mem");
    if (page.bytes () != nullptr) {
        volatile char *const byte = page.bytes ();
        char loaded               = 'x';
        test.expect (gets_sigbus ([&] { loaded = *byte; }, page.bytes ()), "a load isn't");
        test.expect (loaded == 'x', "the load got something");
        test.expect (gets_sigbus ([&] { *byte = 0; }, page.bytes ()), "a store isn't");
    }
}

void check_calls (const Place &place) {
    const ForbiddenPage page{place.address};
    for (const PageCall &call : page_calls ()) {
        Test test{"the kernel answers EFAULT: " + call.name + " of " + place.name};
        test.expect_done (page.bytes () != nullptr, "mmap of /dev/mem");
        if (page.bytes () != nullptr) {
            errno             = 0;
            const long result = call.make (page.bytes ());
            test.expect (result == -1 && errno == EFAULT,
                         "it returns " + std::to_string (result) + ", " + std::strerror (errno));
        }
    }
}

void check_core_dump (const Place &place) {
    Test test{"a process dumps core with it mapped: " + place.name};
    test.expect_done (write_file ("/proc/sys/kernel/core_pattern", "/tmp/core"), "core_pattern");
    const int status = run_child ([&place] {
        const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
        setrlimit (RLIMIT_CORE, &unlimited);
        const ForbiddenPage page{place.address};
        if (page.bytes () != nullptr) { std::abort (); }
    });
    test.expect (WIFSIGNALED (status) && WCOREDUMP (status), "it doesn't");
    struct stat core{};
    test.expect_done (stat ("/tmp/core", &core) == 0 && core.st_size > 0, "the core");
    unlink ("/tmp/core");
}

/// The kernel reads a device's page for /proc/PID/mem without being prepared for a fault: it kills the
/// process, says so at length, and goes on.
void check_process_memory (const Place &place) {
    Test test{"reading it through /proc/self/mem harms only the reader: " + place.name};
    const int status = run_child ([&place] {
        const ForbiddenPage page{place.address};
        const int memory = open ("/proc/self/mem", O_RDONLY | O_CLOEXEC);
        std::array<char, 16> buffer{};
        static_cast<void> (pread (memory, buffer.data (), buffer.size (), reinterpret_cast<off_t> (page.bytes ())));
    });
    test.expect (WIFSIGNALED (status) || WIFEXITED (status), "it never ends");
    test.expect (run_child ([] {}) == 0, "no other process can run");
}
}  // namespace

void check_forbidden () {
    const auto all = places ();
    for (const Place &place : all) {
        check_accesses (place);
    }
    check_calls (all.front ());
    check_core_dump (all.front ());
    check_process_memory (all.front ());
}

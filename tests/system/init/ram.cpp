// SPDX-License-Identifier: BSD-2-Clause
#include "checks.hpp"
#include "report.hpp"

#include <span>
#include <sys/mman.h>
#include <sys/sysinfo.h>

namespace {
/// A value for each doubleword that an address line or a page mixed up would show in.
[[nodiscard]] constexpr auto pattern (std::uint64_t index) -> std::uint64_t {
    constexpr std::uint64_t spread = 0x9e37'79b9'7f4a'7c15;
    return (index + 1) * spread;
}
}  // namespace

void check_ram () {
    // The rest is for the kernel to work with.
    constexpr std::uint64_t share    = 8;
    constexpr std::uint64_t used     = 7;
    constexpr std::uint64_t mebibyte = 1 << 20;

    struct sysinfo info{};
    sysinfo (&info);
    const std::uint64_t size = static_cast<std::uint64_t> (info.freeram) * info.mem_unit / share * used;

    Test test{"RAM keeps what is written: " + std::to_string (size / mebibyte) + " of " +
              std::to_string (static_cast<std::uint64_t> (info.totalram) * info.mem_unit / mebibyte) + " MiB"};
    void *memory = mmap (nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        test.expect_done (false, "mmap");
        return;
    }
    const std::span words{static_cast<std::uint64_t *> (memory), size / sizeof (std::uint64_t)};
    for (std::uint64_t i = 0; i < words.size (); ++i) {
        words[i] = pattern (i);
    }
    for (std::uint64_t i = 0; i < words.size (); ++i) {
        if (words[i] != pattern (i)) {
            test.expect (false, "doubleword " + std::to_string (i) + " has changed");
            break;
        }
    }
    munmap (memory, size);
}

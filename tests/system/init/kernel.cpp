// SPDX-License-Identifier: BSD-2-Clause
#include "checks.hpp"
#include "files.hpp"
#include "report.hpp"

#include <charconv>
#include <sys/klog.h>

namespace {
/// The big-endian doubleword at @p at.
[[nodiscard]] auto read_doubleword (const std::string &bytes, std::size_t at) -> std::uint64_t {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) {
        value = value << 8 | static_cast<unsigned char> (bytes[at + i]);
    }
    return value;
}

/// A line of /proc/iomem: "  40000000-7fffffff : System RAM".
struct MemoryLine {
    PhysicalRange range{};
    std::string name;

    explicit MemoryLine (const std::string &line) {
        constexpr int hexadecimal = 16;
        const auto digits         = line.find_first_not_of (' ');
        const auto dash           = line.find ('-');
        const auto colon          = line.find (" : ");
        if (digits == std::string::npos || dash == std::string::npos || colon == std::string::npos) { return; }
        std::uint64_t last = 0;
        std::from_chars (line.data () + digits, line.data () + dash, range.start, hexadecimal);
        std::from_chars (line.data () + dash + 1, line.data () + colon, last, hexadecimal);
        range.size = last - range.start + 1;
        name       = line.substr (colon + 3);
    }
};

[[nodiscard]] auto kernel_log () -> std::string {
    constexpr int read_all    = 3;   // SYSLOG_ACTION_READ_ALL
    constexpr int buffer_size = 10;  // SYSLOG_ACTION_SIZE_BUFFER
    std::string log (static_cast<std::size_t> (klogctl (buffer_size, nullptr, 0)), '\0');
    const int size = klogctl (read_all, log.data (), static_cast<int> (log.size ()));
    log.resize (size > 0 ? static_cast<std::size_t> (size) : 0);
    return log;
}
}  // namespace

auto ravelin_memory () -> PhysicalRange {
    constexpr std::size_t doubleword = sizeof (std::uint64_t);
    constexpr std::size_t word       = sizeof (std::uint32_t);
    const std::string base           = "/proc/device-tree/reserved-memory/";
    const auto reg                   = read_file (base + "ravelin/reg");
    // The image comes first, then the reserve. #address-cells and #size-cells are 2 and 2, or 2 and 1.
    if (reg.size () == 4 * doubleword) { return {read_doubleword (reg, 0), read_doubleword (reg, doubleword)}; }
    if (reg.size () == 2 * (doubleword + word)) {
        return {read_doubleword (reg, 0), read_doubleword (reg, word) & 0xffff'ffff};
    }
    return {};
}

void check_kernel_log () {
    Test test{"the kernel was started at EL1"};
    test.expect (kernel_log ().find ("CPU: All CPU(s) started at EL1") != std::string::npos,
                 "its log doesn't say 'All CPU(s) started at EL1'");
}

void check_memory_map () {
    Test test{"Ravelin's memory isn't the kernel's"};
    const PhysicalRange own = ravelin_memory ();
    test.expect (own.size != 0, "the device tree has no /reserved-memory/ravelin");

    bool is_reserved = false;
    for (const std::string &line : lines_of (read_file ("/proc/iomem"))) {
        const MemoryLine entry{line};
        const bool overlaps =
            entry.range.start < own.start + own.size && own.start < entry.range.start + entry.range.size;
        const bool contains =
            entry.range.start <= own.start && own.start + own.size <= entry.range.start + entry.range.size;
        test.expect (!overlaps || entry.name == "reserved", "/proc/iomem has it as: " + line);
        is_reserved = is_reserved || (contains && entry.name == "reserved");
    }
    test.expect (is_reserved, "/proc/iomem doesn't have it as reserved");
}

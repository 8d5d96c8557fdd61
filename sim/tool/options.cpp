// SPDX-License-Identifier: BSD-2-Clause
#include "sim/tool/options.hpp"

#include "hyp/core/address.hpp"
#include "hyp/core/cpu_index.hpp"

#include <charconv>
#include <initializer_list>

namespace ravelin::sim {

namespace {
[[nodiscard]] auto misused (std::initializer_list<std::string_view> parts) -> UsageError {
    std::string text;
    for (const std::string_view part : parts) {
        text += part;
    }
    return UsageError{text};
}

[[nodiscard]] auto number (std::string_view option, std::string_view text) -> std::uint64_t {
    std::uint64_t value = 0;
    if (const auto result = std::from_chars (text.begin (), text.end (), value);
        result.ec != std::errc{} || result.ptr != text.end ()) {
        throw misused ({option, " wants a number, not ", text});
    }
    return value;
}

/// A number of 32 bits.
[[nodiscard]] auto small_number (std::string_view option, std::string_view text) -> std::uint32_t {
    const auto value = number (option, text);
    if (value > UINT32_MAX) { throw misused ({option, " wants a smaller number than ", text}); }
    return static_cast<std::uint32_t> (value);
}

[[nodiscard]] auto port (std::string_view text) -> std::uint16_t {
    const auto value = number ("--gdb", text);
    if (value > UINT16_MAX) { throw misused ({"--gdb wants a port, 0 to 65535, not ", text}); }
    return static_cast<std::uint16_t> (value);
}

[[nodiscard]] auto cpus (std::string_view text) -> std::uint32_t {
    const auto count = number ("--cpus", text);
    if (count == 0 || count > max_cpus) { throw misused ({"--cpus wants 1 to 8, not ", text}); }
    return static_cast<std::uint32_t> (count);
}

/// A size in bytes, or in units: 512M, 1G.
[[nodiscard]] auto size (std::string_view text) -> std::uint64_t {
    unsigned shift = 0;
    if (text.ends_with ('M')) {
        shift = 20;
    } else if (text.ends_with ('G')) {
        shift = 30;
    }
    const auto count = number ("--memory", shift == 0 ? text : text.substr (0, text.size () - 1));
    const auto bytes = count << shift;
    if (bytes == 0 || bytes >> shift != count || bytes % block_size != 0) {
        throw misused ({"--memory wants a multiple of 2M, such as 512M or 1G, not ", text});
    }
    return bytes;
}

[[nodiscard]] auto board (std::string_view text) -> BoardName {
    if (text == "virt") { return BoardName::virt; }
    if (text == "pi4b") { return BoardName::pi4b; }
    throw misused ({"--board wants virt or pi4b, not ", text});
}

/// What an option without a value stands for; nullptr: there's no such option.
[[nodiscard]] auto find_flag (std::string_view option) -> bool Options::* {
    if (option == "--smoke") { return &Options::smoke; }
    return option == "--restart" ? &Options::restart : nullptr;
}

[[nodiscard]] auto caches (std::string_view text) -> Eviction {
    if (text == "seeded") { return Eviction::seeded; }
    if (text == "never") { return Eviction::never; }
    throw misused ({"--caches wants seeded or never, not ", text});
}

/// Sets what an option that has a value stands for; false if there's no such option.
[[nodiscard]] auto set (Options &options, std::string_view option, std::string_view value) -> bool {
    if (option == "--board") {
        options.board = board (value);
    } else if (option == "--cpus") {
        options.cpus = cpus (value);
    } else if (option == "--memory") {
        options.memory = size (value);
    } else if (option == "--caches") {
        options.caches = caches (value);
    } else if (option == "--seed") {
        options.seed = number (option, value);
    } else if (option == "--preemption") {
        options.preemption = small_number (option, value);
    } else if (option == "--kernel") {
        options.kernel = value;
    } else if (option == "--initrd") {
        options.initrd = value;
    } else if (option == "--append") {
        options.append = value;
    } else if (option == "--gdb") {
        options.gdb = port (value);
    } else if (option == "--trace") {
        options.trace = value;
    } else if (option == "--events") {
        options.events = value;
    } else if (option == "--traps") {
        options.traps = value;
    } else if (option == "--console") {
        options.console = value;
    } else if (option == "--guest") {
        options.guest = value;
    } else if (option == "--twin") {
        options.twin = value;
    } else {
        return false;
    }
    return true;
}
}  // namespace

auto Options::parse (std::span<const char *const> arguments) -> Options {
    Options options;
    for (std::size_t i = 0; i < arguments.size (); ++i) {
        const std::string_view option = arguments[i];
        if (option == "--help" || option == "-h") {
            options.help = true;
            return options;
        }
        if (const auto flag = find_flag (option); flag != nullptr) {
            options.*flag = true;
            continue;
        }
        if (++i == arguments.size ()) { throw misused ({option, " is unknown or lacks its value"}); }
        if (!set (options, option, arguments[i])) { throw misused ({"there is no option ", option}); }
    }
    if (!options.guest.empty () && !options.smoke) { throw UsageError{"--guest is tried by --smoke only"}; }
    if (options.kernel.empty ()) { throw UsageError{"--kernel FILE is needed: an uncompressed arm64 Image"}; }
    return options;
}

auto usage () -> std::string_view {
    return R"(ravelin-sim --kernel FILE [options]

Boots an arm64 kernel as the untrusted host of Ravelin, in a simulated machine, with its console. Ctrl-A X ends it.

  --board virt|pi4b  the machine: QEMU's virt, or a Raspberry Pi 4B; virt if not given
  --cpus N           its CPUs; 1 if not given
  --memory SIZE      its RAM, such as 512M; 1G if not given
  --seed N           decides all that hardware leaves open: the same seed, the same run; 1 if not given
  --preemption N     stops a CPU in the middle of a trap, at one in so many operations of Ravelin's, for others to go on;
                     0 if not given: never
  --kernel FILE      the host's kernel, uncompressed
  --initrd FILE      its initramfs
  --append TEXT      more for its command line
  --trace FILE       writes what happens at EL2, for Perfetto (ui.perfetto.dev) and tools/trace
  --events FILE      writes the same as lines, for checkers and tools/trace: sim/trace/README.md
  --traps FILE       writes such lines of traps alone, the first 250,000
  --console FILE     writes a copy of what the console says
  --caches WHEN      models caches, whose lines go when there's no room (never) or at moments that the seed decides
                     (seeded) too: what isn't maintained is seen stale, as on hardware, and everything is much slower
  --gdb PORT         waits for gdb-multiarch before the host's first instruction, and prints how to start it; 0: any port
  --twin FILE        has ravelin.elf take each trap too, and ends where it does something else than the library
  --restart          a reset begins anew, with RAM as it was; else it is the end
  --smoke            needs no person: a line of verdict per step, exit status 0 or 1
  --guest COMMAND    with --smoke: this starts a protected guest in the host's shell, which is tried too
)";
}

}  // namespace ravelin::sim

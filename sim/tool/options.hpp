// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/board_map.hpp"
#include "sim/models/data_cache.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ravelin::sim {

/// The command line isn't one that this program understands.
class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// What ravelin-sim is asked to do.
struct Options {
    BoardName board{BoardName::virt};
    std::uint32_t cpus{1};
    std::uint64_t memory{1ULL << 30};
    std::uint64_t seed{1};
    std::uint32_t preemption{};  // as MachineOptions has it
    std::string kernel;          // a file: an arm64 Image, uncompressed
    std::string initrd;          // a file, or nothing
    std::string append;          // more for the host's command line
    std::string trace;           // a file for a trace that Perfetto opens, or nothing
    std::string events;          // a file for the same in the line format, or nothing
    std::string traps;           // a file for such lines of traps alone, or nothing
    std::string console;         // a file for all that the console says, or nothing
    std::string twin;            // ravelin.elf, to be executed beside the library; or nothing
    bool restart{};              // after a reset, with RAM as it was; else a reset is the end
    bool smoke{};
    std::string guest;                 // with smoke, a command of the host's that starts a protected guest, or nothing
    std::optional<Eviction> caches{};  // nothing: there are none
    std::optional<std::uint16_t> gdb{};  // a port for a debugger, 0 for any; nothing: there's none
    bool help{};

    /// Throws UsageError.
    [[nodiscard]] static auto parse (std::span<const char *const> arguments) -> Options;
};

/// How ravelin-sim is used.
[[nodiscard]] auto usage () -> std::string_view;

}  // namespace ravelin::sim

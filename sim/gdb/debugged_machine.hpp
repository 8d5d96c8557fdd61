// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/machine.hpp"
#include "sim/machine/outcome.hpp"
#include "sim/unicorn/instruction_watcher.hpp"
#include "sim/unicorn/unicorn_cpus.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>

namespace ravelin::sim::gdb {

/// What a debugger may do to a machine, whose CPUs stand still meanwhile: all of EL1 and EL0, host and guests. EL2 is a
/// part of this process, and has no instructions there.
class DebuggedMachine : private InstructionWatcher {
  public:
    /// Why the machine stands still.
    enum class Why : std::uint8_t {
        breakpoint,
        step,
        asked,   // to stop
        asleep,  // no CPU has anything to do, ever
        over,    // it was turned off, or reset, or nothing is left to execute
    };

    struct Stop {
        Why why{};
        std::uint32_t cpu{};  // that came to a breakpoint, or has made its step
        Outcome outcome{};    // of what is over
    };

    /// Registers in the order of gdb's description of AArch64: X0-X30, SP, PC, CPSR.
    static constexpr std::size_t sp        = 31;
    static constexpr std::size_t pc        = 32;
    static constexpr std::size_t cpsr      = 33;
    static constexpr std::size_t registers = 34;

    /// Both outlive this. The machine has booted, and has not run.
    DebuggedMachine (Machine &machine, UnicornCpus &engines);
    ~DebuggedMachine () override;
    DebuggedMachine (const DebuggedMachine &)                     = delete;
    auto operator= (const DebuggedMachine &) -> DebuggedMachine & = delete;

    [[nodiscard]] auto cpus () const -> std::uint32_t { return machine_.cpus (); }

    /// Runs until the first CPU is about to execute the host's first instruction.
    void start ();

    /// Runs until something stops it.
    /// @param stepping  a CPU that executes only one instruction; others execute meanwhile
    /// @param asked     is asked now and then whether to stop
    [[nodiscard]] auto resume (std::optional<std::uint32_t> stepping, const std::function<bool ()> &asked) -> Stop;

    /// A register of a CPU, below registers.
    [[nodiscard]] auto read_register (std::uint32_t cpu, std::size_t which) -> std::uint64_t;
    void write_register (std::uint32_t cpu, std::size_t which, std::uint64_t value);

    /// How a debugger addresses memory.
    enum class Space : std::uint8_t {
        translated,  // as EL1 of the CPU reaches it now, by both stages
        physical,
    };

    /// Copies RAM at @p address; as many bytes of @p bytes as can be reached from its first on.
    [[nodiscard]] auto read (std::uint32_t cpu, Space space, std::uint64_t address, std::span<std::byte> bytes)
        -> std::size_t;

    /// The other way; false, and nothing has changed, if not all can be reached. What is read-only to EL1 isn't to
    /// this.
    [[nodiscard]] auto write (std::uint32_t cpu, Space space, std::uint64_t address, std::span<const std::byte> bytes)
        -> bool;

    /// Stops any CPU before the instruction at virtual address @p address, in whichever world; or doesn't any more.
    void set_breakpoint (std::uint64_t address, bool on);

    /// Where a CPU is, in words.
    [[nodiscard]] auto where (std::uint32_t cpu) -> std::string;

  private:
    [[nodiscard]] auto stops (CpuIndex cpu, std::uint64_t address) -> bool override;
    [[nodiscard]] auto emulator (std::uint32_t cpu) -> Emulator & { return engines_.engine (cpu).emulator (); }
    /// The bytes of RAM at @p address, up to the end of the page; empty if there's none.
    [[nodiscard]] auto find (std::uint32_t cpu, Space space, std::uint64_t address) -> std::span<std::byte>;

    /// A CPU that is about to go on.
    struct Standing {
        std::uint64_t at;  // the instruction that it executes first, breakpoint or not
        bool fresh;        // it has not executed it yet
    };

    Machine &machine_;
    UnicornCpus &engines_;
    std::set<std::uint64_t> breakpoints_;
    std::array<Standing, max_cpus> standing_{};
    std::optional<std::uint32_t> stepping_;
    std::optional<Stop> stopped_;
};

}  // namespace ravelin::sim::gdb

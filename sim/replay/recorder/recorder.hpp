// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "sim/replay/record/sparse_memory.hpp"
#include "sim/replay/record/writer.hpp"
#include "sim/replay/recorder/cpu_registers.hpp"
#include "sim/replay/recorder/instruction.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ravelin::sim::replay {

/// What the recorder is told of the machine, besides the Header: where in the image something is.
struct Places {
    PaRange own{};                    // what is only Ravelin's and never compared: code, static objects, stacks
    std::uint64_t vectors{};          // of EL2
    std::uint64_t boot{};             // ravelin_boot()
    std::uint64_t arrival{};          // ravelin_boot_secondary()
    std::vector<PaRange> unshared{};  // code that the simulator has otherwise: its barriers aren't recorded
};

/// An instruction, and where it is.
struct PlacedInstruction {
    std::uint64_t pc;
    Instruction instruction;
};

/// Makes a record of what QEMU says of EL2's instructions. Any CPU's may come next; which CPU it is that QEMU executes
/// for, Ravelin's own TPIDR_EL2 says.
class Recorder {
  public:
    Recorder (const std::string &file, const Header &header, const Places &places);

    [[nodiscard]] auto registers () -> CpuRegisters & { return registers_; }

    /// Whether execute() is to be called for @p instruction, or for the one that follows it.
    [[nodiscard]] auto cares (const PlacedInstruction &instruction) const -> bool;

    /// The CPU is about to execute @p next.
    void execute (const PlacedInstruction &next);

    /// The CPU has loaded or stored @p bytes at @p pa.
    void access (const PlacedInstruction &by, std::uint64_t pa, std::span<const std::byte> bytes, bool is_store,
                 bool is_device);

    void finish () { writer_.finish (); }

  private:
    using What = Instruction::What;

    /// A compare and exchange.
    struct Exchange {
        std::size_t event;
        std::uint64_t events;  // how many there were then
        std::uint64_t value;   // what it has loaded
        bool is_tried{};       // the exclusive store was executed
    };

    /// A CPU in EL2.
    struct Cpu {
        bool in_trap{};
        bool is_booting{};
        bool fp_was_saved{};
        bool fp_was_loaded{};
        std::optional<CpuRegisters::Values> known{};
        std::optional<PlacedInstruction> executing{};  // what has a result that the next one sees
        std::uint64_t argument{};                      // Xt of it, before
        std::optional<Exchange> exchange{};            // one that isn't over
    };

    [[nodiscard]] auto current () -> std::optional<std::uint8_t>;
    [[nodiscard]] auto cause_at (std::uint64_t pc) const -> std::optional<Cause>;
    [[nodiscard]] auto is_unshared (std::uint64_t pc) const -> bool;
    void begin (std::uint8_t index, Cause cause);
    void leave (std::uint8_t index);
    void perform (std::uint8_t index, const PlacedInstruction &next);
    void complete (std::uint8_t index, const PlacedInstruction &done);
    void complete_exchange (std::uint8_t index, bool succeeds);
    void share (std::uint8_t index, What what, std::uint64_t value);
    void settle (Cpu &cpu);
    [[nodiscard]] auto changes (Cpu &cpu) -> std::vector<RegisterValue>;
    [[nodiscard]] auto read_memory (std::uint64_t pa, std::size_t size) -> std::vector<std::byte>;
    void keep_device_tree ();
    void show (std::uint64_t pa, std::span<const std::byte> bytes);

    Header header_;
    Places places_;
    Writer writer_;
    CpuRegisters registers_;
    SparseMemory seen_;  // memory as EL2 has seen it last
    std::array<Cpu, max_cpus> cpus_{};
    std::unordered_map<std::uint64_t, std::uint8_t> index_of_;  // by TPIDR_EL2
    std::uint64_t tree_at_{};
    std::vector<std::byte> tree_;
};

}  // namespace ravelin::sim::replay

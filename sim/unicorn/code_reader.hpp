// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/hal.hpp"
#include "sim/machine/bus.hpp"
#include "sim/models/mmu_access.hpp"
#include "sim/unicorn/emulator.hpp"

#include <cstdint>
#include <optional>

namespace ravelin::sim {

/// What translation by both stages depends on, as Unicorn's CPU has it now.
[[nodiscard]] auto mmu_registers (const Emulator &emulator) -> MmuRegisters;

/// Reads instructions where EL1 and EL0 execute them.
class CodeReader {
  public:
    /// Both outlive the reader.
    CodeReader (const Emulator &emulator, Bus &bus) : emulator_{emulator}, bus_{bus} {}

    /// The instruction at virtual address @p va; nothing if there's none.
    [[nodiscard]] auto instruction (std::uint64_t va) const -> std::optional<std::uint32_t> {
        return instruction (mmu_registers (emulator_), va);
    }

    /// Offset in bytes of the first instruction among @p size bytes at @p va for which @p matches. All of
    /// them lie in one page, or in two.
    template <class Predicate>
    [[nodiscard]] auto find (std::uint64_t va, std::uint64_t size, Predicate &&matches) const
        -> std::optional<std::uint64_t> {
        const auto registers = mmu_registers (emulator_);
        for (std::uint64_t offset = 0; offset < size; offset += 4) {
            const auto word = instruction (registers, va + offset);
            if (word && matches (*word)) { return offset; }
        }
        return std::nullopt;
    }

  private:
    [[nodiscard]] auto instruction (const MmuRegisters &registers, std::uint64_t va) const
        -> std::optional<std::uint32_t>;

    const Emulator &emulator_;
    Bus &bus_;
};

}  // namespace ravelin::sim

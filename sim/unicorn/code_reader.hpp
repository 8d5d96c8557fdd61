// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/hal.hpp"
#include "sim/machine/bus.hpp"
#include "sim/models/mmu_access.hpp"
#include "sim/unicorn/emulator.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

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
        const auto bytes = code (mmu_registers (emulator_), va, size_of_one);
        return bytes.empty () ? std::nullopt : std::optional{word_at (bytes, 0)};
    }

    /// The page of RAM around virtual address @p va; empty if there's none.
    [[nodiscard]] auto page (std::uint64_t va) const -> std::span<const std::byte> {
        return code (mmu_registers (emulator_), va - va % page_size, page_size);
    }

    /// Offset in bytes of the first instruction among @p size bytes at @p va for which @p matches. All of
    /// them lie in one page, or in two.
    template <class Predicate>
    [[nodiscard]] auto find (std::uint64_t va, std::uint64_t size, Predicate &&matches) const
        -> std::optional<std::uint64_t> {
        const auto registers = mmu_registers (emulator_);
        for (std::uint64_t begin = 0; begin < size;) {
            const auto length = std::min (size - begin, page_size - (va + begin) % page_size);
            const auto bytes  = code (registers, va + begin, length);
            for (std::uint64_t offset = 0; offset < bytes.size (); offset += size_of_one) {
                if (matches (word_at (bytes, offset))) { return begin + offset; }
            }
            begin += length;
        }
        return std::nullopt;
    }

  private:
    static constexpr std::uint64_t size_of_one = 4;

    [[nodiscard]] static auto word_at (std::span<const std::byte> bytes, std::uint64_t offset) -> std::uint32_t {
        std::uint32_t word = 0;
        std::memcpy (&word, bytes.subspan (offset, sizeof word).data (), sizeof word);
        return word;
    }

    /// The @p size bytes at @p va, which lie in one page; none if it leads to no RAM.
    [[nodiscard]] auto code (const MmuRegisters &registers, std::uint64_t va, std::uint64_t size) const
        -> std::span<const std::byte>;

    const Emulator &emulator_;
    Bus &bus_;
};

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/hal.hpp"
#include "sim/machine/bus.hpp"
#include "sim/models/mmu_access.hpp"
#include "sim/unicorn/emulator.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace ravelin::sim {

/// What translation by both stages depends on, as Unicorn's CPU has it now.
[[nodiscard]] auto mmu_registers (const Emulator &emulator) -> MmuRegisters;

/// Reads instructions where EL1 and EL0 execute them. It remembers where pages are, as a TLB does.
class CodeReader {
  public:
    /// Both outlive the reader.
    CodeReader (const Emulator &emulator, Bus &bus) : emulator_{emulator}, bus_{bus} {}

    /// The instruction at virtual address @p va; nothing if there's none.
    [[nodiscard]] auto instruction (std::uint64_t va) -> std::optional<std::uint32_t> {
        const auto bytes = page (va);
        return bytes.empty () ? std::nullopt : std::optional{word_at (bytes, va % page_size)};
    }

    /// The page of RAM around virtual address @p va; empty if there's none.
    [[nodiscard]] auto page (std::uint64_t va) -> std::span<const std::byte>;

    /// Offset in bytes of the first instruction among @p size bytes at @p va for which @p matches. All of
    /// them lie in one page, or in two.
    template <class Predicate>
    [[nodiscard]] auto find (std::uint64_t va, std::uint64_t size, Predicate &&matches)
        -> std::optional<std::uint64_t> {
        for (std::uint64_t begin = 0; begin < size;) {
            const auto start  = (va + begin) % page_size;
            const auto length = std::min (size - begin, page_size - start);
            const auto bytes  = page (va + begin);
            for (std::uint64_t offset = 0; !bytes.empty () && offset < length; offset += size_of_one) {
                if (matches (word_at (bytes, start + offset))) { return begin + offset; }
            }
            begin += length;
        }
        return std::nullopt;
    }

    /// Virtual addresses may lead elsewhere.
    void forget () { ++times_; }

  private:
    static constexpr std::uint64_t size_of_one = 4;

    [[nodiscard]] static auto word_at (std::span<const std::byte> bytes, std::uint64_t offset) -> std::uint32_t {
        std::uint32_t word = 0;
        std::memcpy (&word, bytes.subspan (offset, sizeof word).data (), sizeof word);
        return word;
    }

    /// Where a page was found.
    struct Known {
        std::uint64_t number;  // of the virtual page
        std::uint64_t times;   // that all had been forgotten
        bool from_el0;
        const std::byte *ram;  // nullptr: nowhere
    };

    static constexpr std::uint64_t places = 64;

    const Emulator &emulator_;
    Bus &bus_;
    std::uint64_t times_{1};
    std::array<Known, places> known_{};
};

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "sim/unicorn/code_reader.hpp"
#include "sim/unicorn/emulator.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_set>
#include <vector>

namespace ravelin::sim {

/// The pages of RAM whose code Unicorn has translated, and what they held then. To forget all that it has translated
/// takes it long, and EL2 orders that with each page that it zeroes: if these pages are as they were, so is what they
/// lead to.
class TranslatedPages {
  public:
    /// @param by_caches  caches say what is executed: each block is checked before it is, and there's nothing to forget
    TranslatedPages (Emulator &emulator, CodeReader &code, bool by_caches)
        : emulator_{emulator}, code_{code}, by_caches_{by_caches} {
        forget_addresses ();
    }

    /// The block of @p size bytes at virtual address @p block is executed.
    void note (std::uint64_t block, std::uint64_t size) {
        if (block / page_size != last_) { note_page (block); }
        if ((block + size - 1) / page_size != last_) { note_page (block + size - 1); }
    }

    /// Virtual addresses may lead elsewhere.
    void forget_addresses () {
        last_ = nowhere;
        addresses_.fill (nowhere);
    }

    /// Whether code on a page of RAM, which begins at @p ram, may have been translated.
    [[nodiscard]] auto has (const std::byte *ram) const -> bool { return all_.contains (ram); }

    /// Makes Unicorn forget what it has translated, if that may not be what is there now.
    void obey ();

  private:
    static constexpr std::uint64_t nowhere = ~0ULL;
    static constexpr std::size_t most      = 64;

    struct Page {
        const std::byte *ram;
        std::array<std::byte, page_size> copy;
    };

    void note_page (std::uint64_t address);
    void keep (std::span<const std::byte> page);
    [[nodiscard]] auto unchanged () const -> bool;

    Emulator &emulator_;
    CodeReader &code_;
    bool by_caches_;
    std::uint64_t last_{nowhere};                 // the page that was executed last, as a number
    std::array<std::uint64_t, 256> addresses_{};  // numbers of virtual pages that lead to some of these
    std::unordered_set<const std::byte *> all_;   // pages of RAM
    std::vector<Page> pages_;                     // as many of them, and what they held
    bool more_{};                                 // there are others, of which that isn't known
};

}  // namespace ravelin::sim

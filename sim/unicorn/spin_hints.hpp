// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/unicorn/code_reader.hpp"
#include "sim/unicorn/searched_blocks.hpp"

#include <cstdint>

namespace ravelin::sim {

/// Finds YIELD and WFE: by them a CPU says that it only waits. Unicorn ends a block behind each, and tells nobody.
/// [ARM DDI 0487, D1.6 and C6.2: WFE, YIELD]
class SpinHints {
  public:
    /// @param code  outlives the object
    explicit SpinHints (CodeReader &code) : code_{code} {}

    /// Whether the block of @p size bytes at virtual address @p block ends with one.
    [[nodiscard]] auto ends (std::uint64_t block, std::uint64_t size) -> bool {
        if (const auto known = searched_.find (block, size)) { return *known; }
        const bool waits = is_hint (code_.instruction (block + size - 4).value_or (0));
        searched_.add (block, size, waits);
        return waits;
    }

    /// Other code may be at these addresses.
    void forget () { searched_.forget (); }

    /// Whether @p instruction is one.
    [[nodiscard]] static constexpr auto is_hint (std::uint32_t instruction) -> bool {
        constexpr std::uint32_t yield = 0xd503'203f;
        constexpr std::uint32_t wfe   = 0xd503'205f;
        return instruction == yield || instruction == wfe;
    }

  private:
    CodeReader &code_;
    SearchedBlocks searched_;
};

}  // namespace ravelin::sim

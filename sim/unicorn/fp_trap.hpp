// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/unicorn/code_reader.hpp"
#include "sim/unicorn/emulator.hpp"
#include "sim/unicorn/searched_blocks.hpp"

#include <cstdint>
#include <unicorn/unicorn.h>
#include <utility>

namespace ravelin::sim {

/// Instructions that Unicorn executes where a Cortex-A72 doesn't. While there are any, each block is searched before
/// it's executed.
///
/// CPTR_EL2.TFP: the first instruction that uses V registers, FPCR or FPSR traps to EL2. CPACR_EL1.FPEN, which would
/// trap to EL1 before, is ignored by Unicorn and here. And a load or store exclusive faults where data isn't cached,
/// since there's no monitor for it: with the MMU off, say.
class FpTrap {
  public:
    /// ESR_EL2 of the trap: EC 0x07, IL, CV, COND always.  [ARM DDI 0487, D17.2.37]
    static constexpr std::uint64_t syndrome = 0x07UL << 26 | 1UL << 25 | 1UL << 24 | 0xeUL << 20;

    /// All outlive the trap.
    FpTrap (Emulator &emulator, CodeReader &code) : emulator_{emulator}, code_{code} {}

    /// Whether @p instruction is one that CPTR_EL2.TFP traps.  [C4.1]
    [[nodiscard]] static auto traps (std::uint32_t instruction) -> bool;

    /// Whether it's a load or store exclusive.  [C4.1.89]
    [[nodiscard]] static auto is_exclusive (std::uint32_t instruction) -> bool;

    /// EL1 goes on with TFP as @p value.
    void set (bool value) {
        come_back ();
        if (std::exchange (on_, value) != value) { forget (); }
    }

    /// From now on exclusives fault, or not.
    void set_exclusives (bool fault) {
        if (std::exchange (exclusives_, fault) != fault) { forget (); }
    }

    /// Whether exclusives fault, and @p instruction is one.
    [[nodiscard]] auto faults (std::uint32_t instruction) const -> bool {
        return exclusives_ && is_exclusive (instruction);
    }

    /// Other code may be at the addresses that are known not to trap.
    void forget () { searched_.forget (); }

    /// Where in a block that is about to begin an instruction traps.
    enum class Found : std::uint8_t {
        none,
        first,   // stop here: it's the first one
        inside,  // stop, call stop_inside() and go on
    };
    [[nodiscard]] auto search (std::uint64_t block, std::uint64_t size) -> Found {
        return on_ || exclusives_ ? search_now (block, size) : Found::none;
    }

    /// Has @p callback called, as a hook for code, before the instruction inside is executed.
    void stop_inside (void (*callback) (uc_engine *, std::uint64_t, std::uint32_t, void *), void *user);

    /// Undoes that, once Unicorn has come back for whatever reason.
    void come_back ();

    /// Whether stop_inside() is in force for the block at @p address.
    [[nodiscard]] auto waits_in (std::uint64_t address) const -> bool { return waiting_ && address == block_; }

    /// How many instructions of that block come before the one that traps.
    [[nodiscard]] auto instructions_before () const -> std::uint64_t { return offset_ / 4; }

  private:
    [[nodiscard]] auto search_now (std::uint64_t block, std::uint64_t size) -> Found;

    Emulator &emulator_;
    CodeReader &code_;
    bool on_{};
    bool exclusives_{};
    bool waiting_{};
    std::uint64_t block_{};
    std::uint64_t offset_{};
    uc_hook hook_{};
    SearchedBlocks searched_;  // of which only those without such an instruction are kept
};

}  // namespace ravelin::sim

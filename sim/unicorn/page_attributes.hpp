// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/models/mmu.hpp"
#include "sim/unicorn/emulator.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace ravelin::sim {

/// Where the pages of virtual memory lead that Unicorn's CPU uses, and whether through caches: Unicorn doesn't say.
class PageAttributes {
  public:
    /// Both outlive this.
    PageAttributes (const Emulator &emulator, const Bus &bus) : emulator_{emulator}, bus_{bus} {}

    /// What @p va leads to, for data or for code, if Unicorn gets there too.
    [[nodiscard]] auto find (AccessKind kind, Va va) -> std::optional<Translation>;

    /// Translation may have changed: a TLBI, a register, another world.
    void forget () { ++epoch_; }

    /// How often it may have: while it's the same, pages lead where they led.
    [[nodiscard]] auto epoch () const -> std::uint64_t { return epoch_; }

  private:
    struct Page {
        std::uint64_t epoch{};
        Va va;
        std::optional<Translation> found;
    };

    [[nodiscard]] auto translate (AccessKind kind, Va page) const -> std::optional<Translation>;

    const Emulator &emulator_;
    const Bus &bus_;
    std::uint64_t epoch_{1};
    std::array<Page, 1024> data_{};
    std::array<Page, 256> code_{};
};

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/bus.hpp"
#include "sim/models/mmu.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {

/// A megabyte of RAM for hand-written tables, and an MMU over it.
class MmuTest : public testing::Test {
  protected:
    static constexpr Pa ram{0x4000'0000};

    // Bits of descriptors, in the manual's names.
    static constexpr std::uint64_t table     = 0b11;
    static constexpr std::uint64_t block     = 0b01;
    static constexpr std::uint64_t page      = 0b11;
    static constexpr std::uint64_t af        = 1ULL << 10;
    static constexpr std::uint64_t s2_read   = 1ULL << 6;
    static constexpr std::uint64_t s2_write  = 1ULL << 7;
    static constexpr std::uint64_t s2_normal = 0b1111ULL << 2;
    static constexpr std::uint64_t xn        = 1ULL << 54;
    static constexpr std::uint64_t s2_all    = af | s2_read | s2_write | s2_normal;

    MmuTest () { bus.add_ram ({ram, 0x10'0000}); }

    /// Writes entry @p index of the table at @p base.
    void entry (Pa base, std::uint64_t index, std::uint64_t value) {
        ASSERT_TRUE (bus.write (CpuIndex{0}, base + 8 * index, 8, value));
    }

    [[nodiscard]] auto translate (std::uint64_t address, AccessKind kind = AccessKind::read) const
        -> Mmued<Translation> {
        return mmu.translate (registers, {.va = Va{address}, .kind = kind});
    }

    /// The fault of an access, which has one.
    [[nodiscard]] auto fault (std::uint64_t address, AccessKind kind = AccessKind::read) const -> MmuFault {
        const auto result = translate (address, kind);
        EXPECT_FALSE (result) << "leads to " << (result ? result->pa.value () : 0);
        return result ? MmuFault{} : result.error ();
    }

    Bus bus;
    Mmu mmu{bus};
    MmuRegisters registers;
};

}  // namespace ravelin::sim

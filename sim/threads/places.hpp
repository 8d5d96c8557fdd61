// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"
#include "sim/explore/scope.hpp"
#include "sim/machine/board_map.hpp"

#include <cstdint>

namespace ravelin::sim::threads {

/// Where everything is, beside what explore::Layout says.
struct Places {
    using Layout = explore::Layout;

    /// Bytes of the machine's RAM: to behind what is below.
    [[nodiscard]] static constexpr auto memory (BoardName board) -> std::uint64_t {
        return (64ULL << 20) + (board == BoardName::virt ? 0 : 1ULL << 30);
    }

    // Pages that VMs contend for, and a block of them.
    static constexpr unsigned pages = 4;
    static constexpr Pa block{0x4240'0000};

    // Pages of a VM for more tables.
    static constexpr std::uint64_t spare = 8;
    [[nodiscard]] static constexpr auto more_tables (unsigned vm) -> Pa {
        return Layout::firmware (vm) + RAVELIN_FIRMWARE_PAGES * page_size;
    }

    // Of a VM: its RAM, with a block behind what the layout has in it, and its GIC.
    static constexpr IpaRange ram{Layout::ram.start, 2 * block_size};
    static constexpr Ipa block_ipa = Layout::ram.end ();
    static constexpr Ipa distributor{0x0800'0000};
    static constexpr Ipa cpu_interface{0x0801'0000};
    static constexpr std::uint64_t intids = 64;
};

static_assert (Places::more_tables (0) + Places::spare * page_size <= Places::Layout::control (1));

}  // namespace ravelin::sim::threads

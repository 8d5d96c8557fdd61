// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "sim/machine/clock.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace ravelin::sim {

/// What a board is called.
enum class BoardName : std::uint8_t {
    virt,  // QEMU's virt with virtualization=on, gic-version=2
    pi4b,  // Raspberry Pi 4B
};

/// The physical address space of a board, and its constants.
struct BoardMap {
    BoardName name;
    Ticks counter_frequency;  // CNTFRQ_EL0
    Pa ram_start;
    Pa image;                   // where the board's loader puts an image
    PaRange distributor;        // GICD
    PaRange cpu_interface;      // GICC
    PaRange virtual_control;    // GICH
    PaRange virtual_interface;  // GICV
    std::uint32_t intids;       // of the GIC
    PaRange pl011;
    std::uint32_t pl011_intid;
    PaRange mini_uart;  // the page of its AUX block; empty if there is none
    std::uint32_t mini_uart_intid;
    PaRange power_management;  // PM block; empty if there is none
    PaRange pcie;              // PCIe controller; empty if there is none

    /// Where @p memory bytes of RAM are: with the board's holes.
    [[nodiscard]] auto ram (std::uint64_t memory) const -> std::vector<PaRange>;

    [[nodiscard]] static auto of (BoardName name) -> const BoardMap &;
};

}  // namespace ravelin::sim

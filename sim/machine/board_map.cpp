// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/board_map.hpp"

#include <algorithm>

namespace ravelin::sim {

namespace {
// [QEMU, docs/system/arm/virt, and its device tree]
constexpr BoardMap virt_map{
    .name              = BoardName::virt,
    .counter_frequency = 62'500'000,
    .ram_start         = Pa{0x4000'0000},
    .image             = Pa{0x4020'0000},
    .distributor       = {Pa{0x0800'0000}, 0x1'0000},
    .cpu_interface     = {Pa{0x0801'0000}, 0x1'0000},
    .virtual_control   = {Pa{0x0803'0000}, 0x1'0000},
    .virtual_interface = {Pa{0x0804'0000}, 0x1'0000},
    .intids            = 288,
    .pl011             = {Pa{0x0900'0000}, 0x1000},
    .pl011_intid       = 33,
    .mini_uart         = {},
    .mini_uart_intid   = 0,
    .power_management  = {},
    .pcie              = {},
};

// [BCM2711 ARM Peripherals, 1.2, 6.3; Linux, bcm2711.dtsi]
constexpr BoardMap pi4b_map{
    .name              = BoardName::pi4b,
    .counter_frequency = 54'000'000,
    .ram_start         = Pa{0},
    .image             = Pa{0x20'0000},
    .distributor       = {Pa{0xff84'1000}, 0x1000},
    .cpu_interface     = {Pa{0xff84'2000}, 0x2000},
    .virtual_control   = {Pa{0xff84'4000}, 0x2000},
    .virtual_interface = {Pa{0xff84'6000}, 0x2000},
    .intids            = 256,
    .pl011             = {Pa{0xfe20'1000}, 0x1000},
    .pl011_intid       = 153,
    .mini_uart         = {Pa{0xfe21'5000}, 0x1000},
    .mini_uart_intid   = 125,
    .power_management  = {Pa{0xfe10'0000}, 0x1000},
    .pcie              = {Pa{0xfd50'0000}, 0xa000},
};

/// The part of [0, memory) that lies in [start, end), if any, is appended.
void add_part (std::vector<PaRange> &parts, std::uint64_t memory, std::uint64_t start, std::uint64_t end) {
    end = std::min (end, memory);
    if (start < end) { parts.push_back ({Pa{start}, end - start}); }
}
}  // namespace

auto BoardMap::of (BoardName name) -> const BoardMap & {
    return name == BoardName::virt ? virt_map : pi4b_map;
}

auto BoardMap::ram (std::uint64_t memory) const -> std::vector<PaRange> {
    if (name == BoardName::virt) { return {{ram_start, memory}}; }
    std::vector<PaRange> parts;
    add_part (parts, memory, 0, 0x3b40'0000);            // the VideoCore has what follows
    add_part (parts, memory, 0x4000'0000, 0xfc00'0000);  // peripherals hide what follows
    add_part (parts, memory, 0x1'0000'0000, 0x2'0000'0000);
    return parts;
}

}  // namespace ravelin::sim

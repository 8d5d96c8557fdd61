// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/host_tree_maker.hpp"

#include <libfdt.h>

namespace ravelin::fuzz {

namespace {
constexpr std::array nodes{"memory@40000000", "cpus",         "cpu@0", "cpu@1", "pl011@9000000", "virtio_mmio@a000000",
                           "chosen",          "intc@8000000", "psci",  "timer", "soc",           "reserved-memory"};
constexpr std::array texts{"memory",   "cpu",  "virtio,mmio", "arm,pl011",  "ns16550a", "okay",
                           "disabled", "psci", "spin-table",  "simple-bus", "",         "rdinit=/bin/sh"};
constexpr std::array properties{"device_type",
                                "compatible",
                                "status",
                                "enable-method",
                                "reg",
                                "interrupts",
                                "#address-cells",
                                "#size-cells",
                                "ranges",
                                "bootargs",
                                "linux,initrd-start",
                                "linux,uefi-system-table"};
constexpr std::size_t first_of_cells = 4;  // of the properties
constexpr std::array<std::uint32_t, 16> numbers{
    0,           1,           2,           3,           4,           16,          63,          64,
    0x4000'0000, 0x0080'0000, 0x0900'0000, 0x0a00'0000, 0x0800'0000, 0x0010'0000, 0xffff'ffff, 0x1000};

template <class T, std::size_t N>
[[nodiscard]] auto choose (const std::array<T, N> &from, std::uint8_t which) -> T {
    return from[which % N];
}
}  // namespace

void HostTreeMaker::cells (const char *name, Input &input) {
    std::array<fdt32_t, 18> values{};
    const std::size_t count = input.take<std::uint8_t> () % (values.size () + 1);
    for (std::size_t i = 0; i < count; ++i) {
        const auto which = input.take<std::uint8_t> (Kind::choice);
        values[i]        = cpu_to_fdt32 (which < 0xf0 ? choose (numbers, which) : input.take<std::uint32_t> ());
    }
    fdt_property (room_.data (), name, values.data (), static_cast<int> (count * sizeof values[0]));
}

void HostTreeMaker::property (Input &input) {
    const std::size_t which = input.take<std::uint8_t> (Kind::choice) % properties.size ();
    if (which >= first_of_cells) {
        cells (properties[which], input);
    } else {
        // A macro of libfdt's, which names the text twice.
        const char *const value = choose (texts, input.take<std::uint8_t> (Kind::choice));
        fdt_property_string (room_.data (), properties[which], value);
    }
}

auto HostTreeMaker::make (Input &input) -> std::span<const std::byte> {
    constexpr unsigned deepest = 4;
    void *const tree           = room_.data ();
    // Each property brings its name along: looking for one that is there already would take most of the fuzzer's time.
    fdt_create_with_flags (tree, static_cast<int> (room_.size ()), FDT_CREATE_FLAG_NO_NAME_DEDUP);
    fdt_finish_reservemap (tree);
    fdt_begin_node (tree, "");
    // Else next to nothing is read of it.
    fdt_property_u32 (tree, "#address-cells", 2);
    fdt_property_u32 (tree, "#size-cells", 2);
    unsigned depth = 0;
    while (!input.empty ()) {
        input.begin_step ();
        const auto step = input.take<std::uint8_t> (Kind::choice);
        if (step % 4 == 0 && depth < deepest) {
            fdt_begin_node (tree, choose (nodes, step / 4));
            ++depth;
        } else if (step % 4 == 1 && depth > 0) {
            fdt_end_node (tree);
            --depth;
        } else {
            property (input);
        }
    }
    for (; depth > 0; --depth) {
        fdt_end_node (tree);
    }
    fdt_end_node (tree);
    // One that found no room is what there is of it.
    const auto size = fdt_finish (tree) == 0 ? fdt_totalsize (tree) : room_.size ();
    return std::span{room_}.first (size);
}

}  // namespace ravelin::fuzz

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/device_tree.hpp"

namespace ravelin::sim {

namespace {
constexpr std::uint32_t gic_handle   = 1;
constexpr std::uint32_t clock_handle = 2;

/// Entries of a reg property where addresses and sizes have two cells.
[[nodiscard]] auto wide_ranges (std::initializer_list<PaRange> ranges) -> Cells {
    Cells cells;
    for (const PaRange &range : ranges) {
        cells.doubleword (range.start.value ()).doubleword (range.size);
    }
    return cells;
}

void write_cpus (TreeWriter &tree, std::uint32_t cpus) {
    tree.node ("cpus", [&] {
        tree.cells ("#address-cells", {1});
        tree.cells ("#size-cells", {0});
        for (std::uint32_t i = 0; i < cpus; ++i) {
            tree.node (("cpu@" + std::to_string (i)).c_str (), [&] {
                tree.text ("device_type", "cpu");
                tree.text ("compatible", "arm,cortex-a72");
                tree.text ("enable-method", "psci");
                tree.cells ("reg", {i});
            });
        }
    });
    tree.node ("psci", [&] {
        tree.texts ("compatible", {"arm,psci-1.0", "arm,psci-0.2", "arm,psci"});
        tree.text ("method", "smc");
    });
}

void write_gic (TreeWriter &tree, const BoardMap &board) {
    tree.node ("intc@8000000", [&] {
        tree.text ("compatible", "arm,cortex-a15-gic");
        tree.cells ("#interrupt-cells", {3});
        tree.empty ("interrupt-controller");
        tree.cells ("#address-cells", {2});
        tree.cells ("#size-cells", {2});
        tree.empty ("ranges");
        tree.cells ("reg", wide_ranges ({board.distributor, board.cpu_interface, board.virtual_control,
                                         board.virtual_interface}));
        tree.cells ("interrupts", {1, 9, 4});  // maintenance
        tree.cells ("phandle", {gic_handle});
    });
}

void write_uart (TreeWriter &tree, const BoardMap &board) {
    tree.node ("apb-pclk", [&] {
        tree.text ("compatible", "fixed-clock");
        tree.cells ("#clock-cells", {0});
        tree.cells ("clock-frequency", {24'000'000});
        tree.text ("clock-output-names", "clk24mhz");
        tree.cells ("phandle", {clock_handle});
    });
    tree.node ("pl011@9000000", [&] {
        tree.texts ("compatible", {"arm,pl011", "arm,primecell"});
        tree.cells ("reg", wide_ranges ({board.pl011}));
        tree.cells ("interrupts", {0, board.pl011_intid - 32, 4});
        tree.cells ("clocks", {clock_handle, clock_handle});
        tree.texts ("clock-names", {"uartclk", "apb_pclk"});
    });
}
}  // namespace

auto virt_tree (const BoardMap &board, const TreeOptions &options) -> std::vector<std::byte> {
    TreeWriter tree;
    tree.text ("compatible", "linux,dummy-virt");
    tree.text ("model", "linux,dummy-virt");
    tree.cells ("#address-cells", {2});
    tree.cells ("#size-cells", {2});
    tree.cells ("interrupt-parent", {gic_handle});
    tree.node ("chosen", [&] {
        tree.text ("stdout-path", "/pl011@9000000");
        write_boot_options (tree, options);
    });
    tree.node ("memory@40000000", [&] {
        tree.text ("device_type", "memory");
        tree.cells ("reg", wide_ranges ({{board.ram_start, options.memory}}));
    });
    write_cpus (tree, options.cpus);
    write_timer (tree, options.cpus);
    write_gic (tree, board);
    write_uart (tree, board);
    return tree.finish ();
}

}  // namespace ravelin::sim

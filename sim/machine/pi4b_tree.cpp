// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/device_tree.hpp"

#include <algorithm>

namespace ravelin::sim {

namespace {
constexpr std::uint32_t gic_handle   = 1;
constexpr std::uint32_t clock_handle = 2;

// Where the firmware's stub lets core n wait: this, plus 8 n.
constexpr std::uint32_t spin_table = 0xd8;

void write_memory (TreeWriter &tree, const BoardMap &board, std::uint64_t memory) {
    // Sizes have one cell, so that the firmware cuts what is above 4 GiB in pieces of 2 GiB.
    constexpr std::uint64_t largest_piece = 0x8000'0000;
    Cells pieces;
    for (PaRange part : board.ram (memory)) {
        while (part.size != 0) {
            const bool high  = part.start >= Pa{0x1'0000'0000};
            const auto piece = high ? std::min (part.size, largest_piece) : part.size;
            pieces.doubleword (part.start.value ()).words ({static_cast<std::uint32_t> (piece)});
            part = {part.start + piece, part.size - piece};
        }
    }
    tree.node ("memory@0", [&] {
        tree.text ("device_type", "memory");
        tree.cells ("reg", pieces);
    });
}

void write_cpus (TreeWriter &tree, std::uint32_t cpus) {
    tree.node ("cpus", [&] {
        tree.cells ("#address-cells", {1});
        tree.cells ("#size-cells", {0});
        tree.text ("enable-method", "brcm,bcm2836-smp");  // for 32-bit kernels
        for (std::uint32_t i = 0; i < cpus; ++i) {
            tree.node (("cpu@" + std::to_string (i)).c_str (), [&] {
                tree.text ("device_type", "cpu");
                tree.text ("compatible", "arm,cortex-a72");
                tree.cells ("reg", {i});
                tree.text ("enable-method", "spin-table");
                tree.cells ("cpu-release-addr", Cells{}.doubleword (spin_table + 8 * i));
            });
        }
    });
}

void write_gic (TreeWriter &tree) {
    tree.node ("local_intc@40000000", [&] {
        tree.text ("compatible", "brcm,bcm2836-l1-intc");
        tree.cells ("reg", {0x4000'0000, 0x100});
    });
    tree.node ("interrupt-controller@40041000", [&] {
        tree.empty ("interrupt-controller");
        tree.cells ("#interrupt-cells", {3});
        tree.text ("compatible", "arm,gic-400");
        tree.cells ("reg", {0x4004'1000, 0x1000, 0x4004'2000, 0x2000, 0x4004'4000, 0x2000, 0x4004'6000, 0x2000});
        tree.cells ("interrupts", {1, 9, 0xf04});  // maintenance
        tree.cells ("phandle", {gic_handle});
    });
}

void write_devices (TreeWriter &tree, const BoardMap &board) {
    tree.node ("watchdog@7e100000", [&] {
        tree.texts ("compatible", {"brcm,bcm2711-pm", "brcm,bcm2835-pm-wdt"});
        tree.cells ("reg", {0x7e10'0000, 0x114});
        tree.text ("reg-names", "pm");
        tree.empty ("system-power-controller");
    });
    tree.node ("serial@7e201000", [&] {
        tree.texts ("compatible", {"arm,pl011", "arm,primecell"});
        tree.cells ("reg", {0x7e20'1000, 0x200});
        tree.cells ("interrupts", {0, board.pl011_intid - 32, 4});
        tree.cells ("clocks", {clock_handle, clock_handle});
        tree.texts ("clock-names", {"uartclk", "apb_pclk"});
        tree.cells ("arm,primecell-periphid", {0x0024'1011});
    });
    tree.node ("serial@7e215040", [&] {
        tree.text ("compatible", "brcm,bcm2835-aux-uart");
        tree.cells ("reg", {0x7e21'5040, 0x40});
        tree.cells ("interrupts", {0, board.mini_uart_intid - 32, 4});
        tree.cells ("clocks", {clock_handle});
    });
}

void write_soc (TreeWriter &tree, const BoardMap &board) {
    tree.node ("soc", [&] {
        tree.text ("compatible", "simple-bus");
        tree.cells ("#address-cells", {1});
        tree.cells ("#size-cells", {1});
        tree.cells ("ranges", {0x7e00'0000, 0, 0xfe00'0000, 0x0180'0000,    // peripherals
                               0x7c00'0000, 0, 0xfc00'0000, 0x0200'0000,    // more of them
                               0x4000'0000, 0, 0xff80'0000, 0x0080'0000});  // the cores' own
        write_gic (tree);
        write_devices (tree, board);
    });
}
}  // namespace

auto pi4b_tree (const BoardMap &board, const TreeOptions &options) -> std::vector<std::byte> {
    const bool mini = options.console == ConsoleKind::mini_uart;

    TreeWriter tree{{Pa{0}, 0x1000}};  // the stub, where cores wait
    tree.texts ("compatible", {"raspberrypi,4-model-b", "brcm,bcm2711"});
    tree.text ("model", "Raspberry Pi 4 Model B Rev 1.4");
    tree.cells ("#address-cells", {2});
    tree.cells ("#size-cells", {1});
    tree.cells ("interrupt-parent", {gic_handle});
    tree.node ("aliases", [&] {
        tree.text ("serial0", "/soc/serial@7e215040");
        tree.text ("serial1", "/soc/serial@7e201000");
    });
    tree.node ("chosen", [&] {
        tree.text ("stdout-path", mini ? "serial0:115200n8" : "serial1:115200n8");
        write_boot_options (tree, options);
    });
    write_memory (tree, board, options.memory);
    write_cpus (tree, options.cpus);
    write_timer (tree, options.cpus);
    tree.node ("clocks", [&] {
        tree.node ("clk-uart", [&] {
            tree.text ("compatible", "fixed-clock");
            tree.cells ("#clock-cells", {0});
            tree.cells ("clock-frequency", {48'000'000});
            tree.cells ("phandle", {clock_handle});
        });
    });
    write_soc (tree, board);
    return tree.finish ();
}

}  // namespace ravelin::sim

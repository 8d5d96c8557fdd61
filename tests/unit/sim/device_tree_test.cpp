// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/device_tree.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <libfdt.h>

namespace ravelin::sim {
namespace {

/// Reads a tree with libfdt alone.
class Reader {
  public:
    explicit Reader (const DeviceTree &tree) : tree_{tree.bytes ().data ()} {
        EXPECT_EQ (fdt_check_full (tree_, tree.bytes ().size ()), 0);
    }

    [[nodiscard]] auto has (const char *path) const -> bool { return fdt_path_offset (tree_, path) >= 0; }

    [[nodiscard]] auto text (const char *path, const char *property) const -> std::string {
        const auto *value = fdt_getprop (tree_, fdt_path_offset (tree_, path), property, nullptr);
        return value == nullptr ? "" : static_cast<const char *> (value);
    }

    [[nodiscard]] auto cells (const char *path, const char *property) const -> std::vector<std::uint32_t> {
        int length = 0;
        const auto *value =
            static_cast<const fdt32_t *> (fdt_getprop (tree_, fdt_path_offset (tree_, path), property, &length));
        std::vector<std::uint32_t> cells (static_cast<std::size_t> (std::max (length, 0)) / 4);
        std::transform (value, value + cells.size (), cells.begin (),
                        [] (fdt32_t cell) { return fdt32_to_cpu (cell); });
        return cells;
    }

    [[nodiscard]] auto reserved () const -> PaRange {
        std::uint64_t start = 0;
        std::uint64_t size  = 0;
        EXPECT_EQ (fdt_get_mem_rsv (tree_, 0, &start, &size), 0);
        return {Pa{start}, size};
    }

  private:
    const void *tree_;
};

using Words = std::vector<std::uint32_t>;

TEST (DeviceTree, of_virt_names_memory_cpus_and_psci) {
    const auto tree = DeviceTree::of (BoardMap::of (BoardName::virt), {.cpus = 2, .memory = 1ULL << 30});
    const Reader reader{tree};

    EXPECT_EQ (reader.text ("/", "compatible"), "linux,dummy-virt");
    EXPECT_EQ (reader.cells ("/memory@40000000", "reg"), (Words{0, 0x4000'0000, 0, 0x4000'0000}));
    EXPECT_EQ (reader.text ("/cpus/cpu@1", "enable-method"), "psci");
    EXPECT_FALSE (reader.has ("/cpus/cpu@2"));
    EXPECT_EQ (reader.text ("/psci", "method"), "smc");
    EXPECT_EQ (reader.text ("/chosen", "stdout-path"), "/pl011@9000000");
    EXPECT_EQ (reader.text ("/intc@8000000", "compatible"), "arm,cortex-a15-gic");
    EXPECT_EQ (reader.cells ("/intc@8000000", "reg").size (), 16) << "four ranges";
}

TEST (DeviceTree, of_a_pi_has_split_memory_spin_tables_and_translated_devices) {
    const auto tree = DeviceTree::of (BoardMap::of (BoardName::pi4b), {.cpus = 4, .memory = 8ULL << 30});
    const Reader reader{tree};

    EXPECT_EQ (reader.text ("/", "compatible"), "raspberrypi,4-model-b");
    EXPECT_EQ (reader.cells ("/memory@0", "reg"),
               (Words{0, 0, 0x3b40'0000, 0, 0x4000'0000, 0xbc00'0000, 1, 0, 0x8000'0000, 1, 0x8000'0000, 0x8000'0000}));
    EXPECT_EQ (reader.text ("/cpus/cpu@3", "enable-method"), "spin-table");
    EXPECT_EQ (reader.cells ("/cpus/cpu@3", "cpu-release-addr"), (Words{0, 0xf0}));
    EXPECT_EQ (reader.cells ("/soc/interrupt-controller@40041000", "reg").size (), 8) << "four ranges";
    EXPECT_EQ (reader.cells ("/soc", "ranges").size (), 12) << "three windows";
    EXPECT_EQ (reader.reserved (), (PaRange{Pa{0}, 0x1000}));
}

TEST (DeviceTree, of_both_boards_has_what_a_kernel_needs_for_its_uart_and_timer) {
    struct Expected {
        BoardName board;
        const char *uart;
        Words wire;
    };
    for (const auto &[name, uart, wire] : {Expected{BoardName::virt, "/pl011@9000000", {0, 1, 4}},
                                           Expected{BoardName::pi4b, "/soc/serial@7e201000", {0, 121, 4}}}) {
        const auto tree = DeviceTree::of (BoardMap::of (name), {.cpus = 2});
        const Reader reader{tree};
        const char *gic = name == BoardName::virt ? "/intc@8000000" : "/soc/interrupt-controller@40041000";

        EXPECT_EQ (reader.text (uart, "compatible"), "arm,pl011");
        EXPECT_EQ (reader.cells (uart, "interrupts"), wire);
        EXPECT_EQ (reader.cells (uart, "clocks"), (Words{2, 2}));
        EXPECT_EQ (reader.cells (name == BoardName::virt ? "/apb-pclk" : "/clocks/clk-uart", "phandle"), Words{2});
        EXPECT_EQ (reader.cells (gic, "phandle"), reader.cells ("/", "interrupt-parent"));
        EXPECT_EQ (reader.cells (gic, "#interrupt-cells"), Words{3});
        EXPECT_EQ (reader.text ("/timer", "compatible"), "arm,armv8-timer");
        EXPECT_EQ (reader.cells ("/timer", "interrupts"),
                   (Words{1, 13, 0x304, 1, 14, 0x304, 1, 11, 0x304, 1, 10, 0x304}));
    }
}

TEST (DeviceTree, names_the_console_initramfs_and_command_line_that_were_asked_for) {
    TreeOptions options;
    options.command_line = "quiet panic=-1";
    options.initrd       = PaRange{Pa{0x1000'0000}, 0x1234};
    options.console      = ConsoleKind::mini_uart;
    const auto tree      = DeviceTree::of (BoardMap::of (BoardName::pi4b), options);
    const Reader reader{tree};

    EXPECT_EQ (reader.text ("/chosen", "stdout-path"), "serial0:115200n8");
    EXPECT_EQ (reader.text ("/aliases", "serial0"), "/soc/serial@7e215040");
    EXPECT_EQ (reader.text ("/chosen", "bootargs"), "quiet panic=-1");
    EXPECT_EQ (reader.cells ("/chosen", "linux,initrd-start"), (Words{0, 0x1000'0000}));
    EXPECT_EQ (reader.cells ("/chosen", "linux,initrd-end"), (Words{0, 0x1000'1234}));
}

TEST (DeviceTree, can_be_damaged) {
    auto tree = DeviceTree::of (BoardMap::of (BoardName::virt), {});

    tree.remove_node ("/memory@40000000");
    tree.remove_property ("/psci", "method");
    tree.set_text ("/cpus/cpu@0", "status", "disabled");
    tree.set_cells ("/cpus/cpu@0", "reg", {7});

    const Reader reader{tree};
    EXPECT_FALSE (reader.has ("/memory@40000000"));
    EXPECT_EQ (reader.text ("/psci", "method"), "");
    EXPECT_EQ (reader.text ("/cpus/cpu@0", "status"), "disabled");
    EXPECT_EQ (reader.cells ("/cpus/cpu@0", "reg"), Words{7});
    EXPECT_THROW (tree.remove_node ("/nothing"), std::logic_error);
}

}  // namespace
}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/steps.hpp"
#include "sim/machine/device_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libfdt.h>
#include <vector>

namespace ravelin {

namespace {
using sim::BoardMap;
using sim::BoardName;
using sim::DeviceTree;

[[nodiscard]] auto tree_of (BoardName board, const sim::TreeOptions &options = {}) -> DeviceTree {
    return DeviceTree::of (BoardMap::of (board), options);
}

[[nodiscard]] auto platform_of (const DeviceTree &tree, std::uint64_t boot_cpu = 0) -> Platform {
    auto platform = read_platform (tree.bytes (), Affinity{boot_cpu});
    EXPECT_TRUE (platform) << platform.error ().what;
    return platform.value ();
}

/// What is reserved without a node: so many ranges of a page, 1 MiB apart.
[[nodiscard]] auto with_reservations (const DeviceTree &tree, std::uint64_t first, std::size_t count)
    -> std::vector<std::byte> {
    const auto bytes = tree.bytes ();
    std::vector<std::byte> result (bytes.size () + count * sizeof (fdt_reserve_entry) + page_size);
    EXPECT_EQ (fdt_open_into (bytes.data (), result.data (), static_cast<int> (result.size ())), 0);
    for (std::uint64_t i = 0; i < count; ++i) {
        EXPECT_EQ (fdt_add_mem_rsv (result.data (), first + i * 0x10'0000, page_size), 0);
    }
    return result;
}
}  // namespace

TEST (Platform, of_virt_is_what_its_tree_says) {
    const auto platform = platform_of (tree_of (BoardName::virt, {.cpus = 4}));
    EXPECT_EQ (platform.board->name, "virt");
    EXPECT_EQ (platform.cpus.size (), 4U);
    EXPECT_THAT (platform.ram, testing::ElementsAre (PaRange{Pa{0x4000'0000}, 1ULL << 30}));
    EXPECT_EQ (platform.gic.distributor.start, Pa{0x0800'0000});
    EXPECT_EQ (platform.gic.virtual_interface.start, Pa{0x0804'0000});
    EXPECT_EQ (platform.console.kind, Uart::Kind::pl011);
    EXPECT_EQ (platform.console.base, Pa{0x0900'0000});
    EXPECT_EQ (platform.initrd, std::nullopt);
}

TEST (Platform, addresses_of_a_pi_are_translated_through_its_bus) {
    const auto platform = platform_of (tree_of (BoardName::pi4b, {.console = sim::ConsoleKind::mini_uart}));
    EXPECT_EQ (platform.gic.distributor, (PaRange{Pa{0xff84'1000}, 0x1000}));
    EXPECT_EQ (platform.gic.cpu_interface, (PaRange{Pa{0xff84'2000}, 0x2000}));
    EXPECT_EQ (platform.gic.virtual_control.start, Pa{0xff84'4000});
    EXPECT_EQ (platform.console.kind, Uart::Kind::mini_uart);
    EXPECT_EQ (platform.console.base, Pa{0xfe21'5040});
}

TEST (Platform, banks_of_an_8_gib_pi_are_all_found) {
    const auto platform = platform_of (tree_of (BoardName::pi4b, {.memory = 8ULL << 30}));
    EXPECT_THAT (platform.ram, testing::ElementsAreArray (BoardMap::of (BoardName::pi4b).ram (8ULL << 30)));
}

TEST (Platform, banks_that_touch_are_one) {
    auto tree = tree_of (BoardName::virt);
    tree.set_cells ("/memory@40000000", "reg", {0, 0x4000'0000, 0, 0x1000'0000, 0, 0x5000'0000, 0, 0x1000'0000});
    EXPECT_THAT (platform_of (tree).ram, testing::ElementsAre (PaRange{Pa{0x4000'0000}, 0x2000'0000}));
}

TEST (Platform, the_cpu_that_booted_is_the_first) {
    const auto platform = platform_of (tree_of (BoardName::pi4b, {.cpus = 4}), 2);
    EXPECT_EQ (platform.find_cpu (Affinity{2}), CpuIndex{0});
    EXPECT_EQ (platform.find_cpu (Affinity{0}), CpuIndex{1});
    EXPECT_EQ (platform.find_cpu (Affinity{3}), CpuIndex{3});
    EXPECT_EQ (platform.find_cpu (Affinity{4}), std::nullopt);
    EXPECT_EQ (platform.cpus[0].release_address, std::nullopt) << "it isn't at the spin table";
    EXPECT_EQ (platform.cpus[1].release_address, Pa{0xd8});
}

TEST (Platform, a_disabled_cpu_does_not_count) {
    auto tree = tree_of (BoardName::pi4b, {.cpus = 4});
    tree.set_text ("/cpus/cpu@3", "status", "disabled");
    EXPECT_EQ (platform_of (tree).cpus.size (), 3U);
}

TEST (Platform, memory_that_is_not_whole_pages_is_cut) {
    auto tree = tree_of (BoardName::virt);
    tree.set_cells ("/memory@40000000", "reg", {0, 0x4000'0800, 0, 0x1000'0000, 0, 0x6000'0001, 0, 0x10});
    EXPECT_THAT (platform_of (tree).ram, testing::ElementsAre (PaRange{Pa{0x4000'1000}, 0x0fff'f000}));
}

TEST (Platform, an_initramfs_is_found_whether_its_addresses_have_one_cell_or_two) {
    auto tree = tree_of (BoardName::virt);
    tree.set_cells ("/chosen", "linux,initrd-start", {0x4800'0000});
    tree.set_cells ("/chosen", "linux,initrd-end", {0, 0x4810'0000});
    EXPECT_EQ (platform_of (tree).initrd, (PaRange{Pa{0x4800'0000}, 0x10'0000}));
}

TEST (Platform, without_a_console_it_speaks_where_the_board_has_its_first_uart) {
    auto tree = tree_of (BoardName::virt);
    tree.remove_property ("/chosen", "stdout-path");
    EXPECT_EQ (platform_of (tree).console.base, Pa{0x0900'0000});
}

TEST (Platform, a_bus_without_ranges_hides_its_devices) {
    auto tree = tree_of (BoardName::pi4b);
    tree.remove_property ("/soc", "ranges");
    EXPECT_FALSE (read_platform (tree.bytes (), Affinity{0}));
}

TEST (Platform, more_banks_than_it_has_room_for_are_refused) {
    auto tree = tree_of (BoardName::virt);
    sim::Cells banks;
    for (std::uint32_t i = 0; i < 17; ++i) {
        banks.words ({0, 0x4000'0000 + i * 0x10'0000, 0, 0x8'0000});
    }
    tree.set_cells ("/memory@40000000", "reg", banks);
    EXPECT_FALSE (read_platform (tree.bytes (), Affinity{0}));
}

TEST (Platform, status_of_a_cpu_that_is_there_may_be_spelled_out) {
    auto tree = tree_of (BoardName::pi4b, {.cpus = 4});
    tree.set_text ("/cpus/cpu@1", "status", "okay");
    tree.set_text ("/cpus/cpu@2", "status", "ok");
    tree.set_cells ("/cpus/cpu@3", "status", {0x6f6b'6179});  // no text: its end is missing
    EXPECT_EQ (platform_of (tree).cpus.size (), 4U);
}

TEST (Platform, a_cpu_without_affinity_does_not_count) {
    auto tree = tree_of (BoardName::pi4b, {.cpus = 4});
    tree.remove_property ("/cpus/cpu@3", "reg");
    EXPECT_EQ (platform_of (tree).cpus.size (), 3U);
}

TEST (Platform, reserved_memory_is_found_wherever_the_tree_lists_it) {
    auto tree = tree_of (BoardName::virt);
    tree.add_node ("/", "reserved-memory");
    tree.set_cells ("/reserved-memory", "#address-cells", {2});
    tree.set_cells ("/reserved-memory", "#size-cells", {2});
    tree.set_cells ("/reserved-memory", "ranges", {});
    tree.add_node ("/reserved-memory", "two");
    tree.set_cells ("/reserved-memory/two", "reg", {0, 0x5000'0000, 0, 0x1000, 0, 0x6000'0000, 0, 0x2000});
    tree.add_node ("/reserved-memory", "anywhere");
    tree.set_cells ("/reserved-memory/anywhere", "size", {0, 0x1000});
    EXPECT_THAT (platform_of (tree).reserved,
                 testing::ElementsAre (PaRange{Pa{0x5000'0000}, 0x1000}, PaRange{Pa{0x6000'0000}, 0x2000}));
}

TEST (Platform, more_reserved_memory_than_it_has_room_for_is_refused) {
    auto tree = tree_of (BoardName::virt);
    tree.add_node ("/", "reserved-memory");
    tree.set_cells ("/reserved-memory", "#address-cells", {2});
    tree.set_cells ("/reserved-memory", "#size-cells", {2});
    tree.set_cells ("/reserved-memory", "ranges", {});
    tree.add_node ("/reserved-memory", "many");
    sim::Cells parts;
    for (std::uint32_t i = 0; i < 17; ++i) {
        parts.words ({0, 0x5000'0000 + i * 0x10'0000, 0, 0x1000});
    }
    tree.set_cells ("/reserved-memory/many", "reg", parts);
    EXPECT_FALSE (read_platform (tree.bytes (), Affinity{0}));
}

TEST (Platform, reservations_without_a_node_are_found_and_more_than_it_has_room_for_refused) {
    const auto tree = tree_of (BoardName::virt);
    const auto two  = read_platform (with_reservations (tree, 0x5000'0000, 2), Affinity{0});
    ASSERT_TRUE (two);
    EXPECT_THAT (two->reserved,
                 testing::ElementsAre (PaRange{Pa{0x5000'0000}, page_size}, PaRange{Pa{0x5010'0000}, page_size}));
    EXPECT_TRUE (read_platform (with_reservations (tree, 0x5000'0000, 16), Affinity{0}));
    EXPECT_FALSE (read_platform (with_reservations (tree, 0x5000'0000, 17), Affinity{0}));
}

TEST (Platform, numbers_of_more_than_two_cells_or_none_are_not_read) {
    for (const std::uint32_t cells : {0U, 3U}) {
        auto addresses = tree_of (BoardName::virt);
        addresses.set_cells ("/", "#address-cells", {cells});
        EXPECT_FALSE (read_platform (addresses.bytes (), Affinity{0})) << cells;
    }
    auto sizes = tree_of (BoardName::virt);
    sizes.set_cells ("/", "#size-cells", {3});
    EXPECT_FALSE (read_platform (sizes.bytes (), Affinity{0}));
    auto damaged = tree_of (BoardName::virt);
    damaged.set_cells ("/", "#size-cells", {1, 1});
    EXPECT_FALSE (read_platform (damaged.bytes (), Affinity{0}));
}

TEST (Platform, bus_whose_ranges_are_empty_translates_nothing) {
    auto tree = tree_of (BoardName::pi4b);
    tree.set_cells ("/soc", "ranges", {});
    EXPECT_EQ (platform_of (tree).gic.distributor.start, Pa{0x4004'1000});
}

TEST (Platform, bus_whose_ranges_leave_a_device_out_or_whose_cells_are_unknown_hides_it) {
    auto partial = tree_of (BoardName::pi4b);
    partial.set_cells ("/soc", "ranges", {0x7e00'0000, 0, 0xfe00'0000, 0x1000});
    EXPECT_FALSE (read_platform (partial.bytes (), Affinity{0}));
    auto wide = tree_of (BoardName::pi4b);
    wide.set_cells ("/soc", "#address-cells", {3});
    EXPECT_FALSE (read_platform (wide.bytes (), Affinity{0}));
}

TEST (Platform, device_behind_more_buses_than_any_board_has_is_not_found) {
    auto tree        = tree_of (BoardName::virt);
    std::string path = "/";
    for (unsigned depth = 0; depth < 10; ++depth) {
        tree.add_node (path, "bus");
        path += path.size () == 1 ? "bus" : "/bus";
        tree.set_cells (path, "#address-cells", {2});
        tree.set_cells (path, "#size-cells", {2});
        tree.set_cells (path, "ranges", {});
    }
    tree.add_node (path, "uart");
    path += "/uart";
    tree.set_text (path, "compatible", "arm,pl011");
    tree.set_cells (path, "reg", {0, 0x0a00'0000, 0, 0x1000});
    tree.set_text ("/chosen", "stdout-path", path);
    EXPECT_EQ (platform_of (tree).console.base, Pa{0x0900'0000}) << "the board's first";
}

TEST (Platform, console_that_is_no_uart_it_knows_is_the_boards_first) {
    auto tree = tree_of (BoardName::virt);
    tree.set_text ("/chosen", "stdout-path", "/memory@40000000");
    EXPECT_EQ (platform_of (tree).console.base, Pa{0x0900'0000});
}

TEST (Platform, nothing_chosen_is_the_boards_first_uart_and_no_initramfs) {
    auto tree = tree_of (BoardName::virt, {.initrd = PaRange{Pa{0x4800'0000}, 0x1000}});
    tree.remove_node ("/chosen");
    const auto platform = platform_of (tree);
    EXPECT_EQ (platform.console.base, Pa{0x0900'0000});
    EXPECT_EQ (platform.initrd, std::nullopt);
}

TEST (Platform, initramfs_without_an_end_is_none) {
    auto tree = tree_of (BoardName::virt);
    tree.set_cells ("/chosen", "linux,initrd-start", {0x4800'0000});
    EXPECT_EQ (platform_of (tree).initrd, std::nullopt);
}

TEST (Platform, an_interrupt_controller_inside_a_page_is_refused) {
    auto tree = tree_of (BoardName::virt);
    tree.set_cells (
        "/intc@8000000", "reg",
        {0, 0x0800'0000, 0, 0x1'0000, 0, 0x0801'0800, 0, 0x1000, 0, 0x0803'0000, 0, 0x1000, 0, 0x0804'0000, 0, 0x1000});
    EXPECT_FALSE (read_platform (tree.bytes (), Affinity{0}));
}

TEST (Platform, firmware_that_says_nothing_of_psci_is_refused) {
    auto tree = tree_of (BoardName::virt);
    tree.remove_node ("/psci");
    EXPECT_FALSE (read_platform (tree.bytes (), Affinity{0}));
}

TEST (Platform, a_spin_table_that_is_no_doubleword_is_refused) {
    auto tree = tree_of (BoardName::pi4b, {.cpus = 2});
    tree.set_cells ("/cpus/cpu@1", "cpu-release-addr", {0, 0xdc});
    EXPECT_FALSE (read_platform (tree.bytes (), Affinity{0}));
}

TEST (Platform, more_cpus_than_it_has_room_for_are_refused) {
    EXPECT_FALSE (read_platform (tree_of (BoardName::virt, {.cpus = 9}).bytes (), Affinity{0}));
}

}  // namespace ravelin

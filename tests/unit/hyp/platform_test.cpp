// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/read_platform.hpp"
#include "sim/machine/device_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace ravelin

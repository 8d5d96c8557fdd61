// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/load_places.hpp"
#include "tests/unit/sim/machine_fixture.hpp"

#include <gtest/gtest.h>
#include <libfdt.h>

namespace ravelin::sim {
namespace {

constexpr std::uint64_t bank      = 0x3b40'0000;
constexpr std::uint64_t tree_size = 0xa2a8;

const BoardMap &virt = BoardMap::of (BoardName::virt);
const BoardMap &pi4b = BoardMap::of (BoardName::pi4b);

TEST (LoadPlaces, qemu_puts_the_tree_on_a_block_behind_the_initramfs) {
    const auto initrd = place_of_initrd (virt, bank, 5);
    EXPECT_EQ (initrd, (PaRange{Pa{0x4800'0000}, 5}));
    EXPECT_EQ (place_of_tree (virt, bank, initrd, tree_size), Pa{0x4820'0000});
}

TEST (LoadPlaces, firmware_of_a_pi_pads_the_initramfs_and_puts_the_tree_where_it_just_fits) {
    const auto initrd = place_of_initrd (pi4b, bank, 5);
    EXPECT_EQ (initrd.size, 8U);

    const Pa tree = place_of_tree (pi4b, bank, initrd, tree_size);
    EXPECT_EQ (tree, Pa{0x2eff'5d58});
    EXPECT_TRUE (tree.is_aligned (8));
    EXPECT_FALSE (tree.is_aligned (16));
    EXPECT_LE (tree + tree_size, Pa{0x2f00'0000});
}

TEST (LoadPlaces, a_small_bank_has_the_tree_at_its_end) {
    const Pa tree = place_of_tree (pi4b, 64ULL << 20, {}, tree_size);
    EXPECT_LE (tree + tree_size, Pa{64ULL << 20});
    EXPECT_GT (tree + tree_size + 32, Pa{64ULL << 20});
}

TEST (LoadPlaces, the_host_of_a_pi_gets_what_lay_at_an_odd_place) {
    Machine machine{BoardName::pi4b, {.cpus = 1}};
    machine.load ({.image        = RavelinImage::with_tiny_kernel (),
                   .initrd       = std::vector<std::byte> (5),
                   .command_line = "console=ttyS0"});

    ASSERT_TRUE (machine.boot ());

    const Pa where{machine.cpu (0U).registers ().x[0]};
    const void *tree = machine.bus ().find_ram ({where, page_size})->at (where);
    ASSERT_EQ (fdt_check_header (tree), 0);
    const int chosen = fdt_path_offset (tree, "/chosen");
    EXPECT_STREQ (static_cast<const char *> (fdt_getprop (tree, chosen, "bootargs", nullptr)), "console=ttyS0");
    const auto *end = static_cast<const fdt64_t *> (fdt_getprop (tree, chosen, "linux,initrd-end", nullptr));
    EXPECT_EQ (fdt64_ld (end) % 4, 0U);
}

}  // namespace
}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
// What the guest firmware believes of the host's device tree.
#include "hyp/firmware/host_tree.hpp"
#include "tests/unit/firmware/boot_machine.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <libfdt.h>
#include <set>
#include <string>

namespace ravelin::firmware {

namespace {
using sim::Cells;
using sim::DeviceTree;
using test::BootMachine;

class FirmwareHostTree : public testing::Test {
  protected:
    [[nodiscard]] auto read () -> Verified<GuestMachine> {
        machine.put_tree (tree);
        const Vm vm{machine.parameters};
        const auto found = find_tree (machine.ram, vm, image);
        return found ? read_machine (*found, vm, image) : refuse (found.error ());
    }

    /// Whether the tree is refused as one that can't be.
    [[nodiscard]] auto is_refused () -> bool {
        const auto read_now = read ();
        return !read_now && read_now.error () == RAVELIN_REFUSED_TREE;
    }

    void expect_refused (const std::function<void (DeviceTree &)> &change) {
        const DeviceTree good = tree;
        change (tree);
        EXPECT_TRUE (is_refused ());
        tree = good;
    }

    static constexpr IpaRange image{BootMachine::file_start, 4 * block_size};

    BootMachine machine;
    DeviceTree tree{BootMachine::host_tree ()};
};

[[nodiscard]] auto reg (std::uint64_t start, std::uint64_t size) -> Cells {
    return Cells{}.doubleword (start).doubleword (size);
}
}  // namespace

TEST_F (FirmwareHostTree, tells_of_memory_vcpus_and_devices_that_are_known) {
    const auto guest = read ();
    ASSERT_TRUE (guest.has_value ());
    ASSERT_EQ (guest->memory.size (), 1U);
    EXPECT_EQ (guest->memory[0], (IpaRange{BootMachine::ram_start, BootMachine::ram_size}));
    EXPECT_EQ (guest->vcpus, 0b11U);
    EXPECT_EQ (guest->uart.kind, Uart::Kind::pl011);
    EXPECT_EQ (guest->uart.device.registers, (IpaRange{Ipa{0x0900'0000}, 0x200}));
    EXPECT_EQ (guest->uart.device.spi, 1U);
    ASSERT_EQ (guest->virtio.size (), 2U);
    EXPECT_EQ (guest->virtio[0].registers.start, Ipa{0x0a00'0000});
    EXPECT_EQ (guest->virtio[0].flags, 1U);
    EXPECT_EQ (guest->virtio[1].spi, 17U);
    EXPECT_EQ (guest->virtio[1].flags, 4U);
}

TEST_F (FirmwareHostTree, knows_both_kinds_of_uart_and_takes_the_first) {
    tree.set_text ("/pl011@9000000", "compatible", "ns16550a");
    auto guest = read ();
    ASSERT_TRUE (guest.has_value ());
    EXPECT_EQ (guest->uart.kind, Uart::Kind::ns16550);
    tree.set_text ("/pl031@9010000", "compatible", "arm,pl011");
    guest = read ();
    ASSERT_TRUE (guest.has_value ());
    EXPECT_EQ (guest->uart.kind, Uart::Kind::ns16550);
    tree.remove_node ("/pl011@9000000");
    tree.set_text ("/pl031@9010000", "compatible", "arm,pl031");
    guest = read ();
    ASSERT_TRUE (guest.has_value ());
    EXPECT_EQ (guest->uart.kind, Uart::Kind::none);
}

TEST_F (FirmwareHostTree, may_name_less_than_there_is) {
    tree.remove_node ("/cpus/cpu@1");
    tree.set_cells ("/memory@40000000", "reg", reg (BootMachine::ram_start.value (), 12ULL << 20));
    const auto guest = read ();
    ASSERT_TRUE (guest.has_value ());
    EXPECT_EQ (guest->vcpus, 1U);
    EXPECT_EQ (guest->memory[0].size, 12ULL << 20);
}

TEST_F (FirmwareHostTree, counts_only_nodes_that_are_enabled) {
    tree.set_text ("/virtio_mmio@a000000", "status", "disabled");
    tree.set_text ("/cpus/cpu@1", "status", "fail");
    const auto guest = read ();
    ASSERT_TRUE (guest.has_value ());
    EXPECT_EQ (guest->virtio.size (), 1U);
    EXPECT_EQ (guest->vcpus, 1U);
}

TEST_F (FirmwareHostTree, is_refused_if_memory_is_not_ram) {
    const auto start = BootMachine::ram_start.value ();
    for (const auto &wrong :
         {reg (start - page_size, BootMachine::ram_size), reg (start, BootMachine::ram_size + 1), reg (start, 0),
          reg (0x8000'0000, page_size), reg (start, ~0ULL), reg (~0xfffULL, 0x2000),
          reg (start, BootMachine::ram_size / 2).doubleword (start + page_size).doubleword (page_size)}) {
        expect_refused ([&] (DeviceTree &it) { it.set_cells ("/memory@40000000", "reg", wrong); });
    }
}

TEST_F (FirmwareHostTree, is_refused_if_the_image_is_not_in_memory) {
    expect_refused ([] (DeviceTree &it) { it.remove_node ("/memory@40000000"); });
    expect_refused ([] (DeviceTree &it) {
        it.set_cells ("/memory@40000000", "reg", reg (BootMachine::ram_start.value (), 3 * block_size));
    });
    // In two parts it isn't either.
    expect_refused ([] (DeviceTree &it) {
        const auto middle = (BootMachine::file_start + block_size).value ();
        it.set_cells ("/memory@40000000", "reg",
                      reg (BootMachine::ram_start.value (), middle - BootMachine::ram_start.value ())
                          .doubleword (middle)
                          .doubleword (4 * block_size));
    });
}

TEST_F (FirmwareHostTree, is_refused_if_vcpus_are_not_the_vms) {
    expect_refused ([] (DeviceTree &it) { it.set_cells ("/cpus/cpu@1", "reg", {2}); });
    expect_refused ([] (DeviceTree &it) { it.set_cells ("/cpus/cpu@1", "reg", {0}); });
    expect_refused ([] (DeviceTree &it) { it.set_cells ("/cpus/cpu@1", "reg", {32}); });
    expect_refused ([] (DeviceTree &it) { it.set_cells ("/cpus/cpu@1", "reg", {1, 1}); });
    expect_refused ([] (DeviceTree &it) { it.remove_property ("/cpus/cpu@1", "reg"); });
    expect_refused ([] (DeviceTree &it) { it.remove_node ("/cpus/cpu@0"); });
    expect_refused ([] (DeviceTree &it) { it.remove_node ("/cpus"); });
}

TEST_F (FirmwareHostTree, is_refused_if_a_device_is_where_none_can_be) {
    for (const auto &wrong :
         {reg (BootMachine::ram_start.value (), page_size), reg (BootMachine::ram_start.value () - 1, 2),
          reg (0x0800'0000, 4), reg (0x0801'1000, 4), reg (0x07ff'f000, 0x1001), reg (1ULL << 40, page_size),
          reg ((1ULL << 40) - 1, 2), reg (~0ULL, 1), reg (0x0a00'0000, 0)}) {
        expect_refused ([&] (DeviceTree &it) { it.set_cells ("/virtio_mmio@a000000", "reg", wrong); });
        expect_refused ([&] (DeviceTree &it) { it.set_cells ("/pl011@9000000", "reg", wrong); });
    }
    expect_refused ([] (DeviceTree &it) { it.remove_property ("/virtio_mmio@a000000", "reg"); });
}

TEST_F (FirmwareHostTree, is_refused_if_an_interrupt_is_none_of_the_gics) {
    for (const Cells &wrong : {Cells{1, 1, 4}, Cells{0, 64, 4}, Cells{0, 0xffff'ffe0, 4}, Cells{0, 16, 0},
                               Cells{0, 16, 2}, Cells{0, 16, 5}, Cells{0, 16}, Cells{0, 16, 4, 0}, Cells{}}) {
        expect_refused ([&] (DeviceTree &it) { it.set_cells ("/virtio_mmio@a000000", "interrupts", wrong); });
    }
    expect_refused ([] (DeviceTree &it) { it.remove_property ("/pl011@9000000", "interrupts"); });
    tree.set_cells ("/virtio_mmio@a000000", "interrupts", {0, 63, 4});
    EXPECT_TRUE (read ().has_value ()) << "96 INTIDs: SPI 63 is the last";
    machine.parameters.distributor = machine.parameters.intids = 0;
    EXPECT_TRUE (is_refused ()) << "without a GIC there is no device that interrupts";
}

TEST_F (FirmwareHostTree, is_refused_if_it_has_more_of_something_than_there_can_be) {
    constexpr unsigned all_but_two = GuestMachine::max_virtio - 2;
    tree                           = BootMachine::host_tree (all_but_two);
    EXPECT_TRUE (read ().has_value ());
    tree = BootMachine::host_tree (all_but_two + 1);
    EXPECT_TRUE (is_refused ());
    tree = BootMachine::host_tree ();
    expect_refused ([] (DeviceTree &it) {
        Cells many;
        for (std::uint64_t i = 0; i < GuestMachine::max_memory + 1; ++i) {
            many.doubleword (BootMachine::ram_start.value () + 12 * block_size / 2 + i * page_size)
                .doubleword (page_size);
        }
        it.set_cells ("/memory@40000000", "reg", many);
    });
}

TEST_F (FirmwareHostTree, is_refused_if_numbers_of_the_root_are_not_of_one_or_two_cells) {
    expect_refused ([] (DeviceTree &it) { it.set_cells ("/", "#address-cells", {3}); });
    expect_refused ([] (DeviceTree &it) { it.set_cells ("/", "#size-cells", {3}); });
}

TEST_F (FirmwareHostTree, is_refused_if_it_is_malformed) {
    const std::vector<std::byte> good (tree.bytes ().begin (), tree.bytes ().end ());
    const Vm vm{machine.parameters};
    unsigned refused = 0;
    for (std::size_t at = 0; at < 64; at += 4) {
        auto bad = good;
        bad[at] ^= std::byte{0x80};
        machine.ram.put (BootMachine::tree_start, bad);
        refused += find_tree (machine.ram, vm, image) ? 0 : 1;
    }
    EXPECT_GE (refused, 8U) << "each number of its header but its version and a CPU that nobody needs";
    auto cut = good;
    std::ranges::fill (std::span{cut}.subspan (200, 64), std::byte{0xff});
    machine.ram.put (BootMachine::tree_start, cut);
    EXPECT_FALSE (find_tree (machine.ram, vm, image).has_value ());
}

TEST_F (FirmwareHostTree, is_refused_if_it_is_larger_than_a_kernel_takes) {
    constexpr std::uint32_t largest = 2U << 20;
    const Vm vm{machine.parameters};
    machine.put_tree (tree);
    fdt_set_totalsize (&machine.ram.at (BootMachine::tree_start), largest);
    EXPECT_TRUE (find_tree (machine.ram, vm, image).has_value ());
    fdt_set_totalsize (&machine.ram.at (BootMachine::tree_start), largest + 1);
    EXPECT_FALSE (find_tree (machine.ram, vm, image).has_value ());
}

TEST_F (FirmwareHostTree, has_a_uart_for_words_whatever_else_is_wrong) {
    tree.set_cells ("/cpus/cpu@0", "reg", {7});
    ASSERT_TRUE (is_refused ());
    const auto uart = find_uart (machine.ram, Vm{machine.parameters});
    EXPECT_EQ (uart.kind, Uart::Kind::pl011);
    EXPECT_EQ (uart.device.registers.start, Ipa{0x0900'0000});
}

TEST_F (FirmwareHostTree, has_no_uart_for_words_where_ram_or_the_gic_is) {
    for (const auto where : {BootMachine::ram_start.value (), machine.parameters.distributor}) {
        tree.set_cells ("/pl011@9000000", "reg", reg (where, 0x200));
        machine.put_tree (tree);
        EXPECT_EQ (find_uart (machine.ram, Vm{machine.parameters}).kind, Uart::Kind::none);
    }
}

TEST_F (FirmwareHostTree, has_the_first_uart_for_words_that_is_enabled_and_can_be_one) {
    tree.set_text ("/pl031@9010000", "compatible", "ns16550a");
    tree.set_text ("/pl011@9000000", "status", "disabled");
    machine.put_tree (tree);
    EXPECT_EQ (find_uart (machine.ram, Vm{machine.parameters}).kind, Uart::Kind::ns16550);
    tree.set_text ("/pl011@9000000", "status", "okay");
    tree.set_cells ("/pl011@9000000", "reg", reg (BootMachine::ram_start.value (), 0x200));
    machine.put_tree (tree);
    EXPECT_EQ (find_uart (machine.ram, Vm{machine.parameters}).kind, Uart::Kind::ns16550);
}

TEST_F (FirmwareHostTree, has_no_uart_for_words_if_it_is_malformed) {
    machine.put_tree (tree);
    machine.ram.at (BootMachine::tree_start) = std::byte{0};
    EXPECT_EQ (find_uart (machine.ram, Vm{machine.parameters}).kind, Uart::Kind::none);
}

TEST (FirmwareRefusal, has_words_of_its_own_for_each) {
    std::set<std::string_view> all;
    for (int why = RAVELIN_REFUSED_PLACE; why <= RAVELIN_REFUSED_FAULT; ++why) {
        EXPECT_TRUE (all.insert (text_of (static_cast<ravelin_refusal> (why))).second);
    }
    EXPECT_FALSE (all.contains (""));
    EXPECT_EQ (text_of (RAVELIN_REFUSED_PLACE), "the signed file isn't at a multiple of 2 MiB");
    EXPECT_EQ (text_of (RAVELIN_REFUSED_FAULT), "its firmware has failed");
}

}  // namespace ravelin::firmware

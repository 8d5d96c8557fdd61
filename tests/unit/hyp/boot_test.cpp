// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/image.hpp"
#include "tests/unit/hyp/host_machine.hpp"

#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace hal::sysreg;
using sim::BoardName;
using sim::DeviceTree;
using test::HostMachine;
using testing::HasSubstr;

constexpr std::uint64_t mebibyte = 1ULL << 20;

[[nodiscard]] auto tree_of (BoardName board, std::uint32_t cpus = 1) -> DeviceTree {
    return DeviceTree::of (sim::BoardMap::of (board), {.cpus = cpus});
}

/// Boots a machine, which has to fail, and returns what it said last on its console.
[[nodiscard]] auto complaint_of (HostMachine &machine) -> std::string {
    EXPECT_FALSE (machine.machine ().boot ());
    std::string said{machine.machine ().uart ().port ().sent ()};
    EXPECT_THAT (said, testing::EndsWith ("; stopped\r\n"));
    EXPECT_EQ (std::ranges::count (said, '\n'), 1) << said;
    return said;
}

[[nodiscard]] auto complaint_with (BoardName board, const DeviceTree &tree, const sim::MachineOptions &options = {})
    -> std::string {
    HostMachine machine{board, options, &tree};
    return complaint_of (machine);
}

/// Overwrites a doubleword of the loaded image.
void damage_image (HostMachine &machine, std::uint64_t offset, std::uint64_t value) {
    std::array<std::byte, sizeof value> bytes{};
    std::memcpy (bytes.data (), &value, sizeof value);
    machine.machine ().place (machine.machine ().map ().image + offset, bytes);
}
}  // namespace

TEST (Boot, ends_in_front_of_the_hosts_first_instruction) {
    auto machine        = HostMachine::booted (BoardName::virt);
    const auto &options = machine.machine ().cpu (0U).registers ();

    EXPECT_EQ (machine.hal ().read<elr_el2> (), 0x4060'0000U) << "the kernel, 4 MiB behind the image's start";
    EXPECT_EQ (machine.hal ().read<spsr_el2> (), 0x3c5U) << "EL1h, all masked";
    EXPECT_EQ (options.x[0], 0x4040'0000U) << "the host's device tree";
    for (unsigned i = 1; i < 31; ++i) {
        EXPECT_EQ (options.x[i], 0U) << i;
    }
}

TEST (Boot, leaves_no_el2_register_as_firmware_had_it) {
    auto machine = HostMachine::booted (BoardName::pi4b);
    auto &cpu    = machine.hal ();

    EXPECT_EQ (cpu.read<hcr_el2> (), 0x8018'0003U) << "RW, TIDCP, TSC, SWIO, VM";
    EXPECT_EQ (cpu.read<vtcr_el2> (), HostStage2::vtcr ());
    EXPECT_EQ (cpu.read<vttbr_el2> (), machine.machine ().hypervisor ().host_stage2 ().vttbr ());
    EXPECT_EQ (cpu.read<cptr_el2> (), 0x33ffU);
    EXPECT_EQ (cpu.read<hstr_el2> (), 0U);
    EXPECT_EQ (cpu.read<actlr_el2> (), 0U);
    EXPECT_EQ (cpu.read<cnthctl_el2> (), 3U);
    EXPECT_EQ (cpu.read<cntvoff_el2> (), 0U);
    EXPECT_EQ (cpu.read<cnthp_ctl_el2> () & 1, 0U);
    EXPECT_EQ (cpu.read<mdcr_el2> (), 1U << 10 | (cpu.read<pmcr_el0> () >> 11 & 31))
        << "TDOSA; all counters are the host's";
    EXPECT_EQ (cpu.read<vpidr_el2> (), cpu.read<midr_el1> ());
    EXPECT_EQ (cpu.read<vmpidr_el2> (), cpu.read<mpidr_el1> ());
    EXPECT_EQ (cpu.read<sctlr_el1> (), 0x30d0'0800U);
    EXPECT_GT (cpu.translations_dropped (), 0U);
}

TEST (Boot, says_what_it_found) {
    auto machine = HostMachine::booted (BoardName::virt, {.cpus = 3});
    EXPECT_THAT (std::string{machine.machine ().uart ().port ().sent ()},
                 HasSubstr ("board virt, 3 CPUs, 1024 MiB of RAM"));
}

TEST (Boot, collects_the_cores_of_a_pi_into_ravelin) {
    auto machine = HostMachine::booted (BoardName::pi4b, {.cpus = 4});
    for (std::uint32_t cpu = 1; cpu < 4; ++cpu) {
        EXPECT_EQ (machine.machine ().cpu (cpu).state (), sim::Processor::State::el2) << cpu;
    }
}

TEST (Boot, leaves_the_cores_of_virt_in_firmware) {
    auto machine = HostMachine::booted (BoardName::virt, {.cpus = 4});
    EXPECT_EQ (machine.machine ().cpu (1U).state (), sim::Processor::State::off);
}

TEST (Boot, two_machines_share_nothing) {
    auto one   = HostMachine::booted (BoardName::virt);
    auto other = HostMachine::booted (BoardName::virt);
    one.call ({RAVELIN_NULL});
    EXPECT_EQ (other.traps (RAVELIN_TRAP_HVC), 0U);
}

TEST (BootRefuses, no_device_tree) {
    HostMachine machine{BoardName::virt};
    machine.machine ().set_device_tree (Pa{0});
    EXPECT_THAT (complaint_of (machine), HasSubstr ("no device tree: X0 is 0x0"));
}

TEST (BootRefuses, a_device_tree_at_an_odd_address) {
    HostMachine machine{BoardName::virt};
    machine.machine ().set_device_tree (Pa{0x4000'0004});
    EXPECT_THAT (complaint_of (machine), HasSubstr ("no device tree: X0 is 0x40000004"));
}

TEST (BootRefuses, a_device_tree_at_the_end_of_the_address_space) {
    HostMachine machine{BoardName::virt};
    machine.machine ().set_device_tree (Pa{~7ULL});
    EXPECT_THAT (complaint_of (machine), HasSubstr ("can't be reached at 0xfffffffffffffff8"));
}

TEST (BootRefuses, rubbish_in_place_of_a_device_tree) {
    HostMachine machine{BoardName::virt};
    machine.machine ().set_device_tree (Pa{0x5000'0000});
    EXPECT_THAT (complaint_of (machine), HasSubstr ("its header is malformed at 0x50000000"));
}

TEST (BootRefuses, a_device_tree_that_is_damaged_inside) {
    HostMachine machine{BoardName::virt};
    auto tree  = tree_of (BoardName::virt);
    auto bytes = std::vector<std::byte>{tree.bytes ().begin (), tree.bytes ().end ()};
    // The structure block's first token, behind the header and the (empty) reservations.
    bytes[11] ^= std::byte{0x40};
    const Pa where{0x5000'0000};
    machine.machine ().place (where, bytes);
    machine.machine ().set_device_tree (where);
    EXPECT_THAT (complaint_of (machine), HasSubstr ("malformed at 0x50000000"));
}

TEST (BootRefuses, a_device_tree_larger_than_its_slot) {
    HostMachine machine{BoardName::virt};
    auto tree  = tree_of (BoardName::virt);
    auto bytes = std::vector<std::byte>{tree.bytes ().begin (), tree.bytes ().end ()};
    // Big-endian total size, in the header's second word: 2 MiB.
    bytes[4] = std::byte{0};
    bytes[5] = std::byte{0x20};
    const Pa where{0x5000'0000};
    machine.machine ().place (where, bytes);
    machine.machine ().set_device_tree (where);
    EXPECT_THAT (complaint_of (machine), HasSubstr ("too large, its size is 0x20"));
}

TEST (BootRefuses, a_board_it_does_not_know) {
    auto tree = tree_of (BoardName::virt);
    tree.set_text ("/", "compatible", "acme,toaster");
    EXPECT_THAT (complaint_with (BoardName::virt, tree), HasSubstr ("this board is not supported"));
}

TEST (BootRefuses, a_tree_without_memory) {
    auto tree = tree_of (BoardName::virt);
    tree.remove_node ("/memory@40000000");
    EXPECT_THAT (complaint_with (BoardName::virt, tree), HasSubstr ("no memory"));
}

TEST (BootRefuses, a_tree_without_interrupt_controller) {
    for (const auto board : {BoardName::virt, BoardName::pi4b}) {
        auto tree = tree_of (board);
        tree.remove_node (board == BoardName::virt ? "/intc@8000000" : "/soc/interrupt-controller@40041000");
        EXPECT_THAT (complaint_with (board, tree), HasSubstr ("no GICv2 interrupt controller"));
    }
}

TEST (BootRefuses, an_interrupt_controller_without_virtualization) {
    auto tree = tree_of (BoardName::virt);
    tree.set_cells ("/intc@8000000", "reg", {0, 0x800'0000, 0, 0x1'0000, 0, 0x801'0000, 0, 0x1'0000});
    EXPECT_THAT (complaint_with (BoardName::virt, tree), HasSubstr ("the GICv2 lacks the range with index 0x2"));
}

TEST (BootRefuses, a_tree_without_the_cpu_that_booted) {
    auto tree = tree_of (BoardName::virt);
    tree.remove_node ("/cpus/cpu@0");
    EXPECT_THAT (complaint_with (BoardName::virt, tree), HasSubstr ("no CPU node for the CPU that booted"));
}

TEST (BootRefuses, firmware_without_psci_by_smc) {
    auto tree = tree_of (BoardName::virt);
    tree.set_text ("/psci", "method", "hvc");
    EXPECT_THAT (complaint_with (BoardName::virt, tree), HasSubstr ("no PSCI by SMC"));
}

TEST (BootRefuses, a_core_of_a_pi_without_spin_table) {
    auto tree = tree_of (BoardName::pi4b, 2);
    tree.remove_property ("/cpus/cpu@1", "cpu-release-addr");
    EXPECT_THAT (complaint_with (BoardName::pi4b, tree, {.cpus = 2}),
                 HasSubstr ("no spin table for the CPU with affinity 0x1"));
}

TEST (BootRefuses, an_image_without_kernel) {
    HostMachine machine{BoardName::virt};
    damage_image (machine, 72, 0);
    EXPECT_THAT (complaint_of (machine), HasSubstr ("holds no host kernel: join one with tools/make-image"));
}

TEST (BootRefuses, an_image_whose_header_is_damaged) {
    HostMachine magic{BoardName::virt};
    damage_image (magic, 64, 0);
    EXPECT_THAT (complaint_of (magic), HasSubstr ("no RAVELIN1"));

    HostMachine offset{BoardName::virt};
    damage_image (offset, 72, 0x40'1000);
    EXPECT_THAT (complaint_of (offset), HasSubstr ("its kernel is said to be at offset 0x401000"));

    HostMachine size{BoardName::virt};
    damage_image (size, 88, ~0ULL);
    EXPECT_THAT (complaint_of (size), HasSubstr ("its kernel is said to have size"));

    HostMachine file{BoardName::virt};
    damage_image (file, 80, 512 * mebibyte);
    EXPECT_THAT (complaint_of (file), HasSubstr ("its kernel is said to have size"));
}

TEST (BootRefuses, a_kernel_that_is_none) {
    HostMachine machine{BoardName::virt};
    damage_image (machine, 4 * mebibyte + 56, 0);
    EXPECT_THAT (complaint_of (machine), HasSubstr ("truncated or no arm64 Image, at 0x40600000"));
}

TEST (BootRefuses, too_little_memory) {
    auto tree = tree_of (BoardName::virt);
    tree.set_cells ("/memory@40000000", "reg", {0, 0x4000'0000, 0, 0x60'0000});
    EXPECT_THAT (complaint_with (BoardName::virt, tree), HasSubstr ("too little memory"));
}

TEST (BootRefuses, an_initramfs_on_top_of_the_image) {
    auto tree = tree_of (BoardName::virt);
    tree.set_cells ("/chosen", "linux,initrd-start", {0x4020'0000});
    tree.set_cells ("/chosen", "linux,initrd-end", {0x4030'0000});
    EXPECT_THAT (complaint_with (BoardName::virt, tree),
                 HasSubstr ("initramfs lies on top of the image, at 0x40200000"));
}

TEST (BootRefuses, an_initramfs_outside_memory) {
    auto tree = tree_of (BoardName::virt);
    tree.set_cells ("/chosen", "linux,initrd-start", {0, 0x9000'0000});
    tree.set_cells ("/chosen", "linux,initrd-end", {0, 0x9010'0000});
    EXPECT_THAT (complaint_with (BoardName::virt, tree), HasSubstr ("doesn't lie in memory, but at 0x90000000"));
}

TEST (BootRefuses, an_initramfs_that_ends_before_it_starts) {
    auto tree = tree_of (BoardName::virt);
    tree.set_cells ("/chosen", "linux,initrd-start", {0x5000'0000});
    tree.set_cells ("/chosen", "linux,initrd-end", {0x4f00'0000});
    EXPECT_THAT (complaint_with (BoardName::virt, tree), HasSubstr ("ends before it starts"));
}

TEST (BootRefuses, memory_on_top_of_what_the_host_may_not_reach) {
    auto gich = tree_of (BoardName::virt);
    gich.set_cells ("/memory@40000000", "reg", {0, 0x4000'0000, 0, 0x4000'0000, 0, 0x0800'0000, 0, 0x20'0000});
    EXPECT_THAT (complaint_with (BoardName::virt, gich), HasSubstr ("memory overlaps the GIC"));

    auto power = tree_of (BoardName::pi4b);
    power.set_cells ("/memory@0", "reg", {0, 0, 0x3b40'0000, 0, 0xfe10'0000, 0x1000});
    EXPECT_THAT (complaint_with (BoardName::pi4b, power), HasSubstr ("memory overlaps a device at 0xfe100000"));
}

TEST (BootRefuses, a_device_tree_where_its_console_is) {
    HostMachine machine{BoardName::virt};
    machine.machine ().set_device_tree (Pa{0x0900'0000});
    EXPECT_THAT (complaint_of (machine), HasSubstr ("can't be reached at 0x9000000"));
}

TEST (BootRefuses, a_device_tree_whose_header_alone_is_whole) {
    HostMachine machine{BoardName::virt};
    auto tree  = tree_of (BoardName::virt);
    auto bytes = std::vector<std::byte>{tree.bytes ().begin (), tree.bytes ().end ()};
    // The first token of the structure block, whose offset the header tells in its third word, big-endian.
    const auto structure = std::to_integer<std::size_t> (bytes[10]) << 8 | std::to_integer<std::size_t> (bytes[11]);
    bytes[structure + 3] ^= std::byte{0x40};
    const Pa where{0x5000'0000};
    machine.machine ().place (where, bytes);
    machine.machine ().set_device_tree (where);
    EXPECT_THAT (complaint_of (machine), HasSubstr ("the device tree is malformed at 0x50000000"));
}

TEST (BootRefuses, a_device_tree_on_top_of_the_image) {
    HostMachine machine{BoardName::virt};
    const auto tree = tree_of (BoardName::virt);
    const Pa where{0x4050'0000};
    machine.machine ().place (where, tree.bytes ());
    machine.machine ().set_device_tree (where);
    EXPECT_THAT (complaint_of (machine), HasSubstr ("lies on top of the image, at 0x40500000"));
}

TEST (BootRefuses, a_kernel_that_is_shorter_than_its_header) {
    HostMachine machine{BoardName::virt};
    damage_image (machine, 80, 32);
    damage_image (machine, 88, 32);
    EXPECT_THAT (complaint_of (machine), HasSubstr ("truncated or no arm64 Image, at 0x40600000"));
}

TEST (BootRefuses, an_image_that_is_not_at_a_multiple_of_2_mib) {
    HostMachine machine{BoardName::virt};
    const auto image = read_image (machine.hal (), Pa{0x4020'1000});
    ASSERT_FALSE (image);
    EXPECT_EQ (image.error ().value, 0x4020'1000U);
}

TEST (BootRefuses, memory_without_room_for_what_ravelin_keeps) {
    auto tree = tree_of (BoardName::virt);
    tree.set_cells ("/memory@40000000", "reg", {0, 0x4020'0000, 0, 0x60'0000});
    EXPECT_THAT (complaint_with (BoardName::virt, tree), HasSubstr ("no bank has room for Ravelin's own"));
}

TEST (BootRefuses, memory_on_top_of_its_console) {
    auto tree = tree_of (BoardName::virt);
    tree.set_cells ("/memory@40000000", "reg", {0, 0x4000'0000, 0, 0x4000'0000, 0, 0x0900'0000, 0, 0x1000});
    HostMachine machine{BoardName::virt, {}, &tree};
    EXPECT_FALSE (machine.machine ().boot ());
    EXPECT_THAT (std::string{machine.machine ().uart ().port ().sent ()}, HasSubstr ("EL2 can't map the machine"));
}

TEST (BootRefuses, reserved_memory_whose_addresses_it_can_not_write) {
    auto tree = tree_of (BoardName::virt);
    tree.add_node ("/", "reserved-memory");
    tree.set_cells ("/reserved-memory", "#address-cells", {5});
    tree.set_cells ("/reserved-memory", "#size-cells", {2});
    tree.set_cells ("/reserved-memory", "ranges", {});
    EXPECT_THAT (complaint_with (BoardName::virt, tree), HasSubstr ("the host's device tree can't be written"));
}

TEST (Boot, keeps_what_it_needs_off_memory_that_is_in_use) {
    // The highest 2 MiB and those two below are taken: by firmware, and by the initramfs.
    auto tree = tree_of (BoardName::virt);
    tree.add_node ("/", "reserved-memory");
    tree.set_cells ("/reserved-memory", "#address-cells", {2});
    tree.set_cells ("/reserved-memory", "#size-cells", {2});
    tree.set_cells ("/reserved-memory", "ranges", {});
    tree.add_node ("/reserved-memory", "firmware");
    tree.set_cells ("/reserved-memory/firmware", "reg", {0, 0x7ff0'0000, 0, 0x1000});
    tree.set_cells ("/chosen", "linux,initrd-start", {0x7fd0'0000});
    tree.set_cells ("/chosen", "linux,initrd-end", {0x7fd1'0000});
    HostMachine machine{BoardName::virt, {}, &tree};
    ASSERT_TRUE (machine.machine ().boot ());
    const auto &stage2 = machine.machine ().hypervisor ().host_stage2 ();
    EXPECT_TRUE (stage2.translate (machine.hal (), Ipa{0x7ff0'0000}));
    EXPECT_TRUE (stage2.translate (machine.hal (), Ipa{0x7fd0'0000}));
    EXPECT_FALSE (stage2.translate (machine.hal (), Ipa{0x7fbf'f000}));
}

}  // namespace ravelin

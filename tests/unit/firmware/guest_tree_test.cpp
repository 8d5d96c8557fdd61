// SPDX-License-Identifier: BSD-2-Clause
// What the guest firmware tells the kernel.
#include "hyp/firmware/guest_tree.hpp"
#include "tests/unit/firmware/boot_machine.hpp"

#include <gtest/gtest.h>
#include <libfdt.h>
#include <set>
#include <string>

namespace ravelin::firmware {

namespace {
using test::BootMachine;

class FirmwareGuestTree : public testing::Test {
  protected:
    FirmwareGuestTree () { machine.put_tree (host_tree); }

    /// Boots, and shows the kernel's tree.
    void boot () {
        const auto kernel = machine.boot ();
        ASSERT_TRUE (kernel.has_value ());
        tree = machine.ram.reach (kernel->tree);
        ASSERT_EQ (fdt_check_full (tree.data (), tree.size ()), 0);
    }

    [[nodiscard]] auto node (const char *path) const -> int { return fdt_path_offset (tree.data (), path); }

    [[nodiscard]] auto text (const char *path, const char *property) const -> std::string {
        int length       = 0;
        const auto *data = static_cast<const char *> (fdt_getprop (tree.data (), node (path), property, &length));
        return data == nullptr ? "nothing" : std::string (data, static_cast<std::size_t> (length) - 1);
    }

    [[nodiscard]] auto cells (const char *path, const char *property) const -> std::vector<std::uint32_t> {
        int length       = 0;
        const auto *data = static_cast<const fdt32_t *> (fdt_getprop (tree.data (), node (path), property, &length));
        std::vector<std::uint32_t> result;
        for (int i = 0; data != nullptr && i < length / 4; ++i) {
            result.push_back (fdt32_ld (data + i));
        }
        return result;
    }

    [[nodiscard]] auto children (const char *path) const -> std::set<std::string> {
        std::set<std::string> names;
        int child = 0;
        fdt_for_each_subnode (child, tree.data (), node (path)) {
            names.insert (fdt_get_name (tree.data (), child, nullptr));
        }
        return names;
    }

    [[nodiscard]] auto properties (const char *path) const -> std::set<std::string> {
        std::set<std::string> names;
        int property = 0;
        fdt_for_each_property_offset (property, tree.data (), node (path)) {
            const char *name = nullptr;
            fdt_getprop_by_offset (tree.data (), property, &name, nullptr);
            names.insert (name);
        }
        return names;
    }

    using Words = std::vector<std::uint32_t>;

    BootMachine machine;
    sim::DeviceTree host_tree{BootMachine::host_tree ()};
    std::span<const std::byte> tree;
};
}  // namespace

TEST_F (FirmwareGuestTree, has_what_was_checked_and_nothing_else) {
    boot ();
    EXPECT_EQ (children ("/"),
               (std::set<std::string>{"chosen", "memory@40000000", "cpus", "psci", "intc@8000000", "timer",
                                      "pl011@9000000", "clock", "virtio_mmio@a000000", "virtio_mmio@a000200"}));
    EXPECT_EQ (fdt_num_mem_rsv (tree.data ()), 0) << "what the host reserves is its own affair";
}

TEST_F (FirmwareGuestTree, has_the_manifests_command_line_and_initramfs) {
    boot ();
    EXPECT_EQ (properties ("/chosen"),
               (std::set<std::string>{"bootargs", "linux,initrd-start", "linux,initrd-end", "stdout-path"}));
    EXPECT_EQ (text ("/chosen", "bootargs"), BootMachine::command_line);
    EXPECT_EQ (text ("/chosen", "stdout-path"), "/pl011@9000000");
    const auto start = BootMachine::file_start.value () + RAVELIN_IMAGE_KERNEL + BootMachine::kernel_size;
    EXPECT_EQ (cells ("/chosen", "linux,initrd-start"), (Words{0, static_cast<std::uint32_t> (start)}));
    EXPECT_EQ (cells ("/chosen", "linux,initrd-end"),
               (Words{0, static_cast<std::uint32_t> (start + BootMachine::initramfs_size)}));
}

TEST_F (FirmwareGuestTree, has_no_initramfs_if_the_manifest_has_none) {
    machine.initramfs.clear ();
    machine.sign ();
    boot ();
    EXPECT_EQ (properties ("/chosen"), (std::set<std::string>{"bootargs", "stdout-path"}));
}

TEST_F (FirmwareGuestTree, turns_vcpus_on_by_psci_alone) {
    boot ();
    EXPECT_EQ (children ("/cpus"), (std::set<std::string>{"cpu@0", "cpu@1"}));
    EXPECT_EQ (properties ("/cpus/cpu@1"),
               (std::set<std::string>{"device_type", "compatible", "reg", "enable-method"}));
    EXPECT_EQ (text ("/cpus/cpu@1", "enable-method"), "psci");
    EXPECT_EQ (cells ("/cpus/cpu@1", "reg"), Words{1});
    EXPECT_EQ (text ("/psci", "compatible"), "arm,psci-1.0");
    EXPECT_EQ (text ("/psci", "method"), "hvc");
}

TEST_F (FirmwareGuestTree, has_the_gic_and_the_timers_that_ravelin_has_told_of) {
    boot ();
    EXPECT_EQ (cells ("/", "interrupt-parent"), Words{1});
    EXPECT_EQ (cells ("/intc@8000000", "phandle"), Words{1});
    EXPECT_EQ (cells ("/intc@8000000", "#interrupt-cells"), Words{3});
    EXPECT_EQ (cells ("/intc@8000000", "reg"), (Words{0, 0x0800'0000, 0, 0x1000, 0, 0x0801'0000, 0, 0x2000}));
    EXPECT_EQ (cells ("/timer", "interrupts"), (Words{1, 13, 0x304, 1, 14, 0x304, 1, 11, 0x304, 1, 10, 0x304}));
    EXPECT_TRUE (properties ("/timer").contains ("always-on"));
}

TEST_F (FirmwareGuestTree, has_neither_where_there_is_no_gic) {
    machine.parameters.distributor = machine.parameters.cpu_interface = machine.parameters.intids = 0;
    for (const char *const path : {"/pl011@9000000", "/virtio_mmio@a000000", "/virtio_mmio@a000200"}) {
        host_tree.remove_node (path);
    }
    machine.put_tree (host_tree);
    boot ();
    EXPECT_EQ (children ("/"), (std::set<std::string>{"chosen", "memory@40000000", "cpus", "psci"}));
    EXPECT_FALSE (properties ("/").contains ("interrupt-parent"));
    EXPECT_EQ (text ("/chosen", "stdout-path"), "nothing");
}

TEST_F (FirmwareGuestTree, has_devices_as_their_bindings_want_them) {
    boot ();
    EXPECT_EQ (cells ("/memory@40000000", "reg"), (Words{0, 0x4000'0000, 0, 0x100'0000}));
    EXPECT_EQ (text ("/memory@40000000", "device_type"), "memory");
    EXPECT_EQ (text ("/pl011@9000000", "compatible"), std::string ("arm,pl011\0arm,primecell", 23));
    EXPECT_EQ (text ("/pl011@9000000", "clock-names"), std::string ("uartclk\0apb_pclk", 16));
    EXPECT_EQ (cells ("/pl011@9000000", "clocks"), (Words{2, 2}));
    EXPECT_EQ (cells ("/clock", "phandle"), Words{2});
    EXPECT_EQ (text ("/virtio_mmio@a000200", "compatible"), "virtio,mmio");
    EXPECT_EQ (cells ("/virtio_mmio@a000200", "reg"), (Words{0, 0x0a00'0200, 0, 0x200}));
    EXPECT_EQ (cells ("/virtio_mmio@a000200", "interrupts"), (Words{0, 17, 4}));
    EXPECT_TRUE (properties ("/virtio_mmio@a000200").contains ("dma-coherent"));
}

TEST_F (FirmwareGuestTree, has_a_16550_without_a_clock_of_its_own) {
    host_tree.set_text ("/pl011@9000000", "compatible", "ns16550a");
    machine.put_tree (host_tree);
    boot ();
    EXPECT_EQ (text ("/serial@9000000", "compatible"), "ns16550a");
    EXPECT_EQ (cells ("/serial@9000000", "clock-frequency"), Words{1'843'200});
    EXPECT_EQ (text ("/chosen", "stdout-path"), "/serial@9000000");
    EXPECT_LT (node ("/clock"), 0);
}

TEST_F (FirmwareGuestTree, finds_no_room) {
    const Vm vm{machine.parameters};
    GuestMachine guest;
    ASSERT_TRUE (guest.memory.push ({BootMachine::ram_start, BootMachine::ram_size}));
    guest.vcpus = 1;
    const auto image =
        SignedImage::at (BootMachine::file_start, *reinterpret_cast<const ravelin_manifest *> (machine.file.data ()));
    std::vector<std::byte> room (page_size);
    for (std::size_t size = 0; size < room.size (); size += 4) {
        const auto written = write_tree (std::span{room}.first (size), vm, guest, {image, "console=ttyAMA0"});
        if (written) {
            EXPECT_LE (*written, size);
        } else {
            EXPECT_EQ (written.error (), RAVELIN_REFUSED_NO_ROOM);
        }
    }
    EXPECT_TRUE (write_tree (room, vm, guest, {image, ""}).has_value ());
}

}  // namespace ravelin::firmware

// SPDX-License-Identifier: BSD-2-Clause
// What the guest firmware tells the kernel.
#include "hyp/firmware/guest_tree.hpp"
#include "tests/unit/firmware/boot_machine.hpp"

#include <algorithm>
#include <cctype>
#include <gtest/gtest.h>
#include <ios>
#include <libfdt.h>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

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

    /// A node, the root if no other, as its source would be.
    [[nodiscard]] auto source (int at = 0, const std::string &indent = "") const -> std::string {
        std::string text = indent + (at == 0 ? "/" : fdt_get_name (tree.data (), at, nullptr)) + " {\n";
        int item         = 0;
        fdt_for_each_property_offset (item, tree.data (), at) {
            int length       = 0;
            const char *name = nullptr;
            const auto *data = static_cast<const char *> (fdt_getprop_by_offset (tree.data (), item, &name, &length));
            text += indent + "    " + name + value ({data, static_cast<std::size_t> (length)}) + ";\n";
        }
        fdt_for_each_subnode (item, tree.data (), at) {
            text += source (item, indent + "    ");
        }
        return text + indent + "};\n";
    }

    /// The value of a property: nothing, strings, or cells.
    [[nodiscard]] static auto value (std::string_view bytes) -> std::string {
        if (bytes.empty ()) { return ""; }
        std::ostringstream text;
        text << " = " << std::hex;
        if (std::isprint (static_cast<unsigned char> (bytes.front ())) != 0) {
            for (const char *separator = ""; !bytes.empty (); separator = ", ") {
                const auto end = bytes.find ('\0');
                text << separator << '"' << bytes.substr (0, end) << '"';
                bytes.remove_prefix (end == std::string_view::npos ? bytes.size () : end + 1);
            }
            return text.str ();
        }
        for (const char *separator = "<"; !bytes.empty (); separator = " ") {
            text << separator << "0x" << fdt32_ld (reinterpret_cast<const fdt32_t *> (bytes.data ()));
            bytes.remove_prefix (std::min (bytes.size (), sizeof (fdt32_t)));
        }
        text << '>';
        return text.str ();
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
    EXPECT_EQ (source (), R"(/ {
    #address-cells = <0x2>;
    #size-cells = <0x2>;
    compatible = "linux,dummy-virt";
    model = "Ravelin protected VM";
    interrupt-parent = <0x1>;
    chosen {
        bootargs = "console=ttyAMA0 root=/dev/vda";
        linux,initrd-start = <0x0 0x40403000>;
        linux,initrd-end = <0x0 0x40404388>;
        stdout-path = "/pl011@9000000";
    };
    memory@40000000 {
        device_type = "memory";
        reg = <0x0 0x40000000 0x0 0x1000000>;
    };
    cpus {
        #address-cells = <0x1>;
        #size-cells = <0x0>;
        cpu@0 {
            device_type = "cpu";
            compatible = "arm,armv8";
            reg = <0x0>;
            enable-method = "psci";
        };
        cpu@1 {
            device_type = "cpu";
            compatible = "arm,armv8";
            reg = <0x1>;
            enable-method = "psci";
        };
    };
    psci {
        compatible = "arm,psci-1.0";
        method = "hvc";
    };
    intc@8000000 {
        compatible = "arm,cortex-a15-gic";
        reg = <0x0 0x8000000 0x0 0x1000 0x0 0x8010000 0x0 0x2000>;
        #interrupt-cells = <0x3>;
        interrupt-controller;
        phandle = <0x1>;
    };
    timer {
        compatible = "arm,armv8-timer";
        always-on;
        interrupts = <0x1 0xd 0x304 0x1 0xe 0x304 0x1 0xb 0x304 0x1 0xa 0x304>;
    };
    pl011@9000000 {
        reg = <0x0 0x9000000 0x0 0x200>;
        interrupts = <0x0 0x1 0x4>;
        compatible = "arm,pl011", "arm,primecell";
        clock-names = "uartclk", "apb_pclk";
        clocks = <0x2 0x2>;
    };
    clock {
        compatible = "fixed-clock";
        #clock-cells = <0x0>;
        clock-frequency = <0x16e3600>;
        phandle = <0x2>;
    };
    virtio_mmio@a000000 {
        compatible = "virtio,mmio";
        reg = <0x0 0xa000000 0x0 0x200>;
        interrupts = <0x0 0x10 0x1>;
        dma-coherent;
    };
    virtio_mmio@a000200 {
        compatible = "virtio,mmio";
        reg = <0x0 0xa000200 0x0 0x200>;
        interrupts = <0x0 0x11 0x4>;
        dma-coherent;
    };
};
)");
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

TEST_F (FirmwareGuestTree, has_a_16550_without_a_clock_of_its_own) {
    host_tree.set_text ("/pl011@9000000", "compatible", "ns16550a");
    machine.put_tree (host_tree);
    boot ();
    EXPECT_EQ (source (node ("/serial@9000000")), R"(serial@9000000 {
    reg = <0x0 0x9000000 0x0 0x200>;
    interrupts = <0x0 0x1 0x4>;
    compatible = "ns16550a";
    clock-frequency = <0x1c2000>;
};
)");
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

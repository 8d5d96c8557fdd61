// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "attacks/guests/orders.hpp"
#include "hyp/abi/status.h"
#include "report.hpp"
#include "witness.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <libfdt.h>
#include <span>

// What a protected VM begins with: other instructions than its owner signed, or other words on which these act.

namespace attacks {

namespace {
using boot::Boot;

// Of hostile.dts.
constexpr char hosts_command_line[]     = "rdinit=/bin/sh";
constexpr std::uint64_t hosts_initramfs = 0x4010'0000;

/// Instructions of the host's, which can stand anywhere: they store to GUEST_FINISH, as no witness does.
constexpr std::array<std::uint32_t, 4> hosts_code{
    0xd2a1'2001,  // MOVZ X1, #0x900, LSL #16
    0xf282'0001,  // MOVK X1, #0x1000
    0xf900'0021,  // STR X1, [X1]
    0x17ff'ffff,  // B back to that
};
static_assert (GUEST_FINISH == 0x0900'1000);

void put_hosts_code (std::byte *at) {
    std::memcpy (at, hosts_code.data (), sizeof hosts_code);
}

[[nodiscard]] auto runs_hosts_code (const Witness &witness, std::uint64_t vcpu = 0) -> bool {
    const auto exit = witness.run (vcpu);
    return exit.status == RAVELIN_SUCCESS && exit.cause == RAVELIN_EXIT_MMIO && exit.x2 == GUEST_FINISH;
}

/// Whether a kernel boots whose device tree has what nobody signed: a property.
[[nodiscard]] auto gets (const char *path, const char *property, Change change = [] (Boot & /*boot*/) {}) -> bool {
    Witness witness{change};
    return witness.begins () && !witness.property (path, property).empty ();
}

[[nodiscard]] auto begins (const vms::Image &image) -> bool {
    return Witness{[] (Boot & /*boot*/) {}, image}.begins ();
}

/// Whether the kernel's command line is the host's.
[[nodiscard]] auto gets_hosts_command_line (Change change) -> bool {
    Witness witness{change};
    if (!witness.begins ()) { return false; }
    const auto got = witness.property ("/chosen", "bootargs");
    return std::ranges::equal (got, std::as_bytes (std::span{hosts_command_line}));
}

/// In the host's device tree, a device's or a memory's range becomes another one.
void set_range (Boot &boot, const char *path, std::uint64_t start, std::uint64_t size) {
    const std::array range{cpu_to_fdt64 (start), cpu_to_fdt64 (size)};
    void *const tree = boot.place.at (GUEST_TREE);
    if (fdt_setprop_inplace (tree, fdt_path_offset (tree, path), "reg", range.data (), sizeof range) != 0) {
        el1::give_up ("the hostile device tree can't be changed");
    }
}

void set_device (Boot &boot, std::uint64_t start) {
    constexpr std::uint64_t size = 0x200;
    set_range (boot, "/virtio_mmio", start, size);
}

auto choose_first_instruction () -> bool {
    const Witness witness{[] (Boot &boot) {
        put_hosts_code (boot.firmware ());
    }};
    return runs_hosts_code (witness);
}

auto start_second_vcpu_anywhere () -> bool {
    Witness witness{[] (Boot &boot) {
        boot.shape.spare_vcpus = 1;
        put_hosts_code (boot.place.at (boot::Place::ram));
    }};
    const auto pages = witness.boot ().place.take (RAVELIN_VCPU_PAGES);
    static_cast<void> (vms::vm_call (RAVELIN_VCPU_CREATE, witness.handle (), 1, pages, boot::Place::ram));
    return runs_hosts_code (witness, 1);
}

auto change_kernel () -> bool {
    const Witness witness{[] (Boot &boot) {
        put_hosts_code (boot.kernel ());
    }};
    return runs_hosts_code (witness);
}

auto change_initramfs () -> bool {
    Witness witness{[] (Boot &boot) {
        std::memcpy (boot.initramfs (), &forged, sizeof forged);
    }};
    return witness.begins () && witness.at (witness.initramfs ()) == forged;
}

auto change_command_line () -> bool {
    return gets_hosts_command_line (
        [] (Boot &boot) { std::ranges::copy (hosts_command_line, boot.manifest ().command_line); });
}

auto boot_image_of_other_key () -> bool {
    return begins (vms::images::witness_of_others ());
}

auto boot_older_image () -> bool {
    return begins (vms::images::witness_of_the_past ());
}

auto choose_command_line_by_tree () -> bool {
    return gets_hosts_command_line ([] (Boot & /*boot*/) {});
}

auto choose_initramfs_by_tree () -> bool {
    Witness witness{[] (Boot &boot) {
        std::memcpy (boot.place.at (hosts_initramfs), &forged, sizeof forged);
    }};
    return witness.begins () && witness.at (witness.initramfs ()) == forged;
}

auto choose_entropy_by_tree () -> bool {
    return gets ("/chosen", "rng-seed") || gets ("/chosen", "kaslr-seed");
}

auto point_to_efi_table_by_tree () -> bool {
    return gets ("/chosen", "linux,uefi-system-table");
}

auto spin_vcpus_by_tree () -> bool {
    return gets ("/cpus/cpu@0", "cpu-release-addr");
}

auto serve_gic_by_tree () -> bool {
    return gets ("/intc@b000000", "reg");
}

/// Whatever the kernel kept there, the host would serve.
auto declare_memory_outside_ram () -> bool {
    Witness witness{[] (Boot &boot) {
        set_range (boot, "/memory", boot::Place::ram, 2 * boot.place.ram_size ());
    }};
    if (!witness.begins ()) { return false; }
    const auto got = witness.property ("/memory@40000000", "reg");
    return got.size () == 2 * sizeof (fdt64_t) &&
           fdt64_ld (reinterpret_cast<const fdt64_t *> (got.data ()) + 1) > witness.boot ().place.ram_size ();
}

/// What a driver writes to the device, the kernel's memory would get.
auto put_device_over_ram () -> bool {
    return gets ("/virtio_mmio@40500000", "reg", [] (Boot &boot) { set_device (boot, 0x4050'0000); });
}

auto put_device_over_gic () -> bool {
    return gets ("/virtio_mmio@8000000", "reg", [] (Boot &boot) { set_device (boot, GUEST_GICD); });
}

constexpr std::array attacks{
    Attack{"choose-first-instruction", choose_first_instruction},
    Attack{"start-second-vcpu-anywhere", start_second_vcpu_anywhere},
    Attack{"change-kernel", change_kernel},
    Attack{"change-initramfs", change_initramfs},
    Attack{"change-command-line", change_command_line},
    Attack{"boot-image-of-other-key", boot_image_of_other_key},
    Attack{"boot-older-image", boot_older_image},
    Attack{"choose-command-line-by-tree", choose_command_line_by_tree},
    Attack{"choose-initramfs-by-tree", choose_initramfs_by_tree},
    Attack{"choose-entropy-by-tree", choose_entropy_by_tree},
    Attack{"point-to-efi-table-by-tree", point_to_efi_table_by_tree},
    Attack{"spin-vcpus-by-tree", spin_vcpus_by_tree},
    Attack{"serve-gic-by-tree", serve_gic_by_tree},
    Attack{"declare-memory-outside-ram", declare_memory_outside_ram},
    Attack{"put-device-over-ram", put_device_over_ram},
    Attack{"put-device-over-gic", put_device_over_gic},
};
}  // namespace

auto boot_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/firmware/boot.hpp"
#include "sim/machine/device_tree.hpp"
#include "tests/unit/firmware/keys.hpp"
#include "tools/sign/signed_file.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ravelin::firmware::test {

/// The RAM of a VM, in this process. What isn't in it is never asked for.
class Ram final : public Memory {
  public:
    Ram (Ipa start, std::uint64_t size) : start_{start}, bytes_ (size) {}

    [[nodiscard]] auto reach (IpaRange range) -> std::span<std::byte> override {
        if (!IpaRange{start_, bytes_.size ()}.contains (range)) {
            throw std::logic_error{"the firmware reaches what isn't RAM"};
        }
        return std::span{bytes_}.subspan (range.start - start_, range.size);
    }

    void put (Ipa where, std::span<const std::byte> bytes) {
        std::ranges::copy (bytes, reach ({where, bytes.size ()}).begin ());
    }

    [[nodiscard]] auto at (Ipa where) -> std::byte & { return reach ({where, 1}).front (); }
    [[nodiscard]] auto bytes () const -> const std::vector<std::byte> & { return bytes_; }

  private:
    Ipa start_;
    std::vector<std::byte> bytes_;
};

/// A VM as a VMM makes it, with a signed file and a device tree, which tests damage before it boots.
struct BootMachine {
    static constexpr Ipa ram_start{0x4000'0000};
    static constexpr std::uint64_t ram_size = 16ULL << 20;
    static constexpr Ipa file_start         = ram_start + RAVELIN_IMAGE_ALIGNMENT;
    static constexpr Ipa tree_start         = ram_start + 12 * block_size / 2;
    static constexpr std::string_view command_line{"console=ttyAMA0 root=/dev/vda"};

    static constexpr std::uint64_t kernel_size    = 3 * page_size;
    static constexpr std::uint64_t initramfs_size = 5000;

    BootMachine () { sign (); }

    /// Puts a file that @p key has signed in its place.
    void sign (std::uint32_t generation = 0, const sign::Key &key = sign::test::key_of (7)) {
        file = make_signed_file ({.kernel       = std::as_bytes (std::span{kernel}),
                                  .initramfs    = std::as_bytes (std::span{initramfs}),
                                  .command_line = command_line,
                                  .generation   = generation},
                                 key);
        ram.put (file_start, file);
    }

    /// The tree that the host has made by now goes into RAM.
    void put_tree (const sim::DeviceTree &host_tree) { ram.put (Ipa{parameters.device_tree}, host_tree.bytes ()); }

    /// A tree like QEMU's.
    /// @param more  virtio devices beside two
    [[nodiscard]] static auto host_tree (unsigned more = 0) -> sim::DeviceTree {
        sim::TreeWriter tree{{PaRange{Pa{0x4000'0000}, page_size}}};
        tree.cells ("#address-cells", {2});
        tree.cells ("#size-cells", {2});
        tree.text ("compatible", "linux,dummy-virt");
        tree.node ("chosen", [&] {
            tree.text ("bootargs", "rdinit=/bin/sh");
            tree.cells ("linux,initrd-start", {0x4070'0000});
            tree.cells ("linux,uefi-system-table", {0, 0x4070'0000});
        });
        tree.node ("memory@40000000", [&] {
            tree.text ("device_type", "memory");
            tree.cells ("reg", sim::Cells{}.doubleword (ram_start.value ()).doubleword (ram_size));
        });
        tree.node ("cpus", [&] {
            tree.cells ("#address-cells", {1});
            tree.cells ("#size-cells", {0});
            for (const std::uint32_t number : {0U, 1U}) {
                tree.node (number == 0 ? "cpu@0" : "cpu@1", [&] {
                    tree.text ("device_type", "cpu");
                    tree.text ("enable-method", "spin-table");
                    tree.cells ("cpu-release-addr", {0, 0x4070'0000});
                    tree.cells ("reg", {number});
                });
            }
            tree.node ("cpu-map", [&] { tree.node ("cluster0", [] {}); });
        });
        device (tree, "pl011@9000000", "arm,pl011", 0x0900'0000, 1, 4);
        device (tree, "virtio_mmio@a000000", "virtio,mmio", 0x0a00'0000, 16, 1);
        device (tree, "virtio_mmio@a000200", "virtio,mmio", 0x0a00'0200, 17, 4);
        device (tree, "pl031@9010000", "arm,pl031", 0x0901'0000, 2, 4);
        for (unsigned i = 0; i < more; ++i) {
            const auto name = "virtio_mmio@b" + std::to_string (1000 + i);
            device (tree, name.c_str (), "virtio,mmio", 0x0b00'0000 + i * 0x200ULL, 18, 4);
        }
        return sim::DeviceTree{tree.finish ()};
    }

    static void device (sim::TreeWriter &tree, const char *name, std::string_view compatible, std::uint64_t registers,
                        std::uint32_t spi, std::uint32_t flags) {
        tree.node (name, [&] {
            tree.text ("compatible", compatible);
            tree.cells ("reg", sim::Cells{}.doubleword (registers).doubleword (0x200));
            tree.cells ("interrupts", {0, spi, flags});
        });
    }

    [[nodiscard]] auto boot () -> Verified<Kernel> {
        const auto &key = sign::test::key_of (7);
        return firmware::boot (ram, self, parameters, {.key = key.point, .generation = oldest});
    }

    /// Why it doesn't boot; 0: it does.
    [[nodiscard]] auto refusal () -> int {
        const auto booted = boot ();
        return booted ? 0 : booted.error ();
    }

    [[nodiscard]] static auto filled (std::size_t size, unsigned seed) -> std::vector<std::uint8_t> {
        std::vector<std::uint8_t> bytes (size);
        for (std::size_t i = 0; i < size; ++i) {
            bytes[i] = static_cast<std::uint8_t> ((i + seed) * 167 >> 3);
        }
        return bytes;
    }

    std::vector<std::uint8_t> kernel{filled (kernel_size, 1)};
    std::vector<std::uint8_t> initramfs{filled (initramfs_size, 2)};
    sign::Bytes file;
    Ipa self{file_start + RAVELIN_IMAGE_FIRMWARE};
    std::uint32_t oldest{};
    ravelin_boot_parameters parameters{.device_tree   = tree_start.value (),
                                       .distributor   = 0x0800'0000,
                                       .cpu_interface = 0x0801'0000,
                                       .intids        = 96,
                                       .vcpus         = 0b11,
                                       .ipa_bits      = 40,
                                       .ram_ranges    = 1,
                                       .ram           = {{ram_start.value (), ram_size}}};
    Ram ram{ram_start, ram_size};
};

}  // namespace ravelin::firmware::test

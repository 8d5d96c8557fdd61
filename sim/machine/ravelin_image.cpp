// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/ravelin_image.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

// In firmware.S.
extern "C" {
extern const std::byte ravelin_sim_firmware[];
extern const std::byte ravelin_sim_firmware_end[];
}

namespace ravelin::sim {

namespace {
// Offsets in the header of an arm64 kernel.  [Linux, Documentation/arch/arm64/booting.rst]
constexpr std::size_t image_size_at    = 16;
constexpr std::size_t magic_at         = 56;
constexpr std::size_t arm64_header     = 64;
constexpr std::string_view arm64_magic = "ARM\x64";

constexpr std::uint32_t branch_to_self = 0x1400'0000;

template <class T>
void put (std::span<std::byte> where, std::size_t offset, T value) {
    std::memcpy (where.subspan (offset, sizeof value).data (), &value, sizeof value);
}

void put_arm64_header (std::span<std::byte> where, std::uint64_t image_size) {
    put (where, 0, branch_to_self);
    put (where, image_size_at, image_size);
    std::memcpy (where.subspan (magic_at).data (), arm64_magic.data (), arm64_magic.size ());
}
}  // namespace

auto RavelinImage::firmware () -> std::span<const std::byte> {
    return {ravelin_sim_firmware, ravelin_sim_firmware_end};
}

auto RavelinImage::parts (Pa image) -> Parts {
    return {.pool     = {image + pool_offset, own_size - pool_offset},
            .firmware = {image + firmware_offset, firmware ().size ()}};
}

auto RavelinImage::memory_of_kernel (std::span<const std::byte> image) -> std::uint64_t {
    std::uint64_t size = 0;
    std::memcpy (&size, image.subspan (image_size_at).data (), sizeof size);
    return size - kernel_offset;
}

auto RavelinImage::with_kernel (std::span<const std::byte> kernel) -> std::vector<std::byte> {
    std::uint64_t memory_size = 0;
    if (kernel.size () >= arm64_header) {
        std::memcpy (&memory_size, kernel.subspan (image_size_at).data (), sizeof memory_size);
    }
    memory_size = std::max<std::uint64_t> (memory_size, kernel.size ());

    std::vector<std::byte> image (kernel_offset + kernel.size ());
    const std::span<std::byte> header{image};
    put_arm64_header (header, kernel_offset + memory_size);
    constexpr std::string_view magic = "RAVELIN1";
    std::memcpy (header.subspan (header_offset).data (), magic.data (), magic.size ());
    put (header, header_offset + 8, kernel_offset);
    put<std::uint64_t> (header, header_offset + 16, kernel.size ());
    put (header, header_offset + 24, memory_size);
    std::ranges::copy (firmware (), image.begin () + firmware_offset);
    std::ranges::copy (kernel, image.begin () + kernel_offset);
    return image;
}

auto RavelinImage::with_tiny_kernel () -> std::vector<std::byte> {
    constexpr std::uint64_t with_zeroed_data = 64 * 1024;
    std::array<std::byte, 4096> kernel{};
    put_arm64_header (kernel, with_zeroed_data);
    return with_kernel (kernel);
}

}  // namespace ravelin::sim

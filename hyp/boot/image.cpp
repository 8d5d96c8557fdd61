// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/image.hpp"

namespace ravelin {

namespace {
// tools/make-image fills these in behind Ravelin's own arm64 header.
constexpr std::uint64_t descriptor_magic       = 64;
constexpr std::uint64_t descriptor_offset      = 72;
constexpr std::uint64_t descriptor_file_size   = 80;
constexpr std::uint64_t descriptor_memory_size = 88;
constexpr std::uint64_t magic                  = 0x314e'494c'4556'4152;  // "RAVELIN1"

constexpr std::uint64_t arm64_magic_offset = 56;
constexpr std::uint32_t arm64_magic        = 0x644d'5241;  // "ARM\x64"

// No arm64 kernel comes near; it keeps sums of sizes from overflowing.
constexpr std::uint64_t largest_kernel = 1ULL << 30;
}  // namespace

auto read_image (hal::Cpu &cpu, Pa image) -> Booted<ImageLayout> {
    auto layout = ImageLayout::at (image);
    if (!image.is_aligned (block_size)) {
        return give_up ("the image is not loaded at a multiple of 2 MiB, but at", image.value ());
    }
    if (cpu.load<std::uint64_t> (image + descriptor_magic) != magic) {
        return give_up ("the image's header is damaged: no RAVELIN1 behind", image.value ());
    }
    const auto offset      = cpu.load<std::uint64_t> (image + descriptor_offset);
    const auto file_size   = cpu.load<std::uint64_t> (image + descriptor_file_size);
    const auto memory_size = cpu.load<std::uint64_t> (image + descriptor_memory_size);
    if (offset == 0) { return give_up ("the image holds no host kernel: join one with tools/make-image"); }
    if (offset != layout.kernel.start - image) {
        return give_up ("the image's header is damaged: its kernel is said to be at offset", offset);
    }
    if (file_size > memory_size || memory_size > largest_kernel) {
        return give_up ("the image's header is damaged: its kernel is said to have size", memory_size);
    }
    layout.kernel.size = memory_size;
    return layout;
}

auto check_kernel (hal::Cpu &cpu, const ImageLayout &layout) -> Booted<void> {
    constexpr std::uint64_t header_size = 64;
    if (layout.kernel.size < header_size ||
        cpu.load<std::uint32_t> (layout.kernel.start + arm64_magic_offset) != arm64_magic) {
        return give_up ("the host kernel is truncated or no arm64 Image, at", layout.kernel.start.value ());
    }
    return {};
}

}  // namespace ravelin

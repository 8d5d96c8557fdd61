// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ravelin::sim {

/// The image that a board's loader loads, as tools/make-image joins it: an arm64 header, Ravelin's own header
/// behind it, and the host's kernel. Ravelin's code isn't in it, which is linked to the simulator, but for the guest
/// firmware's.
struct RavelinImage {
    /// Which parts of Ravelin's memory boot is told of.
    struct Parts {
        PaRange pool;      // pages for tables
        PaRange firmware;  // the guest firmware's image
    };

    static constexpr std::uint64_t header_offset   = 64;          // of "RAVELIN1" and three numbers
    static constexpr std::uint64_t own_size        = 2ULL << 20;  // Ravelin's memory, at the image's start
    static constexpr std::uint64_t firmware_offset = 1ULL << 16;  // in it, the guest firmware's image
    static constexpr std::uint64_t pool_offset     = 1ULL << 20;  // and pages for tables
    static constexpr std::uint64_t kernel_offset   = 4ULL << 20;

    /// Those of an image of this kind that's loaded at @p image.
    [[nodiscard]] static auto parts (Pa image) -> Parts;

    /// The guest firmware's image, as it is in Ravelin's.
    [[nodiscard]] static auto firmware () -> std::span<const std::byte>;

    /// An image with the raw arm64 @p kernel.
    [[nodiscard]] static auto with_kernel (std::span<const std::byte> kernel) -> std::vector<std::byte>;

    /// Bytes from the kernel's start to the end of the memory that @p image says it takes.
    [[nodiscard]] static auto memory_of_kernel (std::span<const std::byte> image) -> std::uint64_t;

    /// An image with a kernel of one instruction.
    [[nodiscard]] static auto with_tiny_kernel () -> std::vector<std::byte>;
};

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/boot/boot_error.hpp"
#include "hyp/boot/image.hpp"
#include "hyp/core/platform.hpp"
#include "hyp/hal/hal.hpp"

#include <cstddef>
#include <span>

// The steps of a boot, in their order; what an image holds is in image.hpp.
namespace ravelin {

/// Room that the host's tree keeps for what Ravelin adds, and the largest tree that firmware may bring.
inline constexpr std::uint64_t tree_growth           = 16 * 1024;
inline constexpr std::uint64_t largest_firmware_tree = ImageLayout::slot_size - tree_growth;

/// The bytes of the device tree at @p where, once they have been found sound: aligned, in one piece, no
/// larger than the slot that its copy for the host has. Makes them reachable for EL2.
[[nodiscard]] auto open_tree (hal::Cpu &cpu, Pa where) -> Booted<std::span<const std::byte>>;

/// Reads what Ravelin needs to know of the machine from a sound device tree.
/// @param boot_cpu  affinity of the CPU that runs, which becomes the first
[[nodiscard]] auto read_platform (std::span<const std::byte> tree, Affinity boot_cpu) -> Booted<Platform>;

/// Whether the image, the initramfs and the firmware's device tree lie in RAM and apart, and no bank of RAM
/// lies where a device is that the host may not reach.
/// @param tree  the firmware's device tree
[[nodiscard]] auto check_layout (const Platform &platform, const ImageLayout &layout, PaRange tree) -> Booted<void>;

/// Finds @p bytes of RAM that nobody uses yet, for Ravelin to keep: as high as possible, so that the host has
/// what devices reach best, at a multiple of 2 MiB and rounded up to such.
/// @param layout  where the image lies
/// @param tree    the firmware's device tree
[[nodiscard]] auto find_reserve (const Platform &platform, const ImageLayout &layout, PaRange tree, std::uint64_t bytes)
    -> Booted<PaRange>;

/// Writes the device tree that the host sees: the firmware's, with Ravelin's memory reserved, nodes of
/// devices that the host may not have disabled, and PSCI by HVC where cores wait in Ravelin.
/// @param slot      where it goes; ImageLayout::slot_size bytes
/// @param firmware  a sound tree of at most largest_firmware_tree bytes
/// @param own       Ravelin's memory, in parts
[[nodiscard]] auto write_host_tree (std::span<std::byte> slot, std::span<const std::byte> firmware,
                                    const Platform &platform, std::span<const PaRange> own) -> Booted<void>;

}  // namespace ravelin

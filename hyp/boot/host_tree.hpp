// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/boot/boot_error.hpp"
#include "hyp/boot/image.hpp"
#include "hyp/core/platform.hpp"

#include <cstddef>
#include <span>

namespace ravelin {

/// Room that the host's tree keeps for what Ravelin adds, and the largest tree that firmware may bring.
inline constexpr std::uint64_t tree_growth           = 16 * 1024;
inline constexpr std::uint64_t largest_firmware_tree = ImageLayout::slot_size - tree_growth;

/// Writes the device tree that the host sees: the firmware's, with Ravelin's memory reserved, nodes of
/// devices that the host may not have disabled, and PSCI by HVC where cores wait in Ravelin.
/// @param slot      where it goes; ImageLayout::slot_size bytes
/// @param firmware  a sound tree of at most largest_firmware_tree bytes
/// @param own       Ravelin's memory, in parts
[[nodiscard]] auto write_host_tree (std::span<std::byte> slot, std::span<const std::byte> firmware,
                                    const Platform &platform, std::span<const PaRange> own) -> Booted<void>;

}  // namespace ravelin

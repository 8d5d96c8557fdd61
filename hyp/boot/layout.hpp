// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/boot/boot_error.hpp"
#include "hyp/boot/image.hpp"
#include "hyp/core/platform.hpp"

namespace ravelin {

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

}  // namespace ravelin

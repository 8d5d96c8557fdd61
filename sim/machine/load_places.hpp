// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/board_map.hpp"

#include <cstdint>

namespace ravelin::sim {

/// Where a board's loader puts the initramfs, as the tree tells it: behind whatever the kernel clears.
/// @param bank  bytes of the first bank of RAM
/// @param size  of the file; a Pi's firmware pads it to whole words
[[nodiscard]] auto place_of_initrd (const BoardMap &board, std::uint64_t bank, std::uint64_t size) -> PaRange;

/// Where it puts a device tree of @p size bytes: QEMU behind the initramfs, a Pi's firmware below what it keeps for
/// itself, at a multiple of 8 and of nothing larger.
[[nodiscard]] auto place_of_tree (const BoardMap &board, std::uint64_t bank, PaRange initrd, std::uint64_t size) -> Pa;

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/boot/boot_error.hpp"
#include "hyp/core/platform.hpp"
#include "hyp/hal/hal.hpp"

#include <cstddef>
#include <span>

namespace ravelin {

/// The bytes of the device tree at @p where, once they have been found sound: aligned, in one piece, no
/// larger than the slot that its copy for the host has. Makes them reachable for EL2.
[[nodiscard]] auto open_tree (hal::Cpu &cpu, Pa where) -> Booted<std::span<const std::byte>>;

/// Reads what Ravelin needs to know of the machine from a sound device tree.
/// @param boot_cpu  affinity of the CPU that runs, which becomes the first
[[nodiscard]] auto read_platform (std::span<const std::byte> tree, Affinity boot_cpu) -> Booted<Platform>;

}  // namespace ravelin

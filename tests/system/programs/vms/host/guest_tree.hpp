// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vms {

/// Writes the device tree of a VM with RAM at GUEST_RAM and @p vcpus vCPUs: for its firmware, or as what a plain VM
/// starts with.
/// @param has_uart  there's one at GUEST_CONSOLE
/// @return          the part of @p room that it takes
auto write_guest_tree (std::span<std::byte> room, std::uint64_t vcpus, bool has_uart = false)
    -> std::span<const std::byte>;

}  // namespace vms

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/firmware/machine.hpp"
#include "hyp/firmware/memory.hpp"
#include "hyp/firmware/refusal.hpp"
#include "hyp/firmware/vm.hpp"

#include <cstddef>
#include <span>

namespace ravelin::firmware {

/// The bytes of the host's device tree, found sound, outside of @p image.
/// @return  OVERLAP or TREE
[[nodiscard]] auto find_tree (Memory &memory, const Vm &vm, IpaRange image) -> Verified<std::span<const std::byte>>;

/// Reads from a sound tree what the kernel is to know: memory, vCPUs, a UART, virtio devices. Whatever else is there is
/// the host's affair.
/// @param image  lies in the memory that the tree tells of
/// @return       TREE: something isn't as it says
[[nodiscard]] auto read_machine (std::span<const std::byte> tree, const Vm &vm, IpaRange image)
    -> Verified<GuestMachine>;

/// The first UART of the host's device tree, if that's sound, whatever else is in it: where people may be told why
/// their VM doesn't start.
[[nodiscard]] auto find_uart (Memory &memory, const Vm &vm) -> Uart;

}  // namespace ravelin::firmware

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/vm/vm.hpp"

#include <cstdint>

// What a protected VM begins with: see hyp/abi/boot.h. The VM is new, and the lock of its slot is held.
namespace ravelin {

/// Whether all pages that the guest firmware takes at @p ipa, of the host's choosing, are RAM and there.
[[nodiscard]] auto has_room_for_firmware (hal::Cpu &cpu, const Vm &vm, std::uint64_t ipa) -> bool;

/// Fills these pages with the firmware, whose image is at @p image, and what it is told of the device tree.
void place_firmware (hal::Cpu &cpu, Vm &vm, PaRange image, Ipa ipa, std::uint64_t device_tree);

/// Tells the firmware, if the VM has one, what the VM is: from here on that doesn't change.
void tell_firmware (hal::Cpu &cpu, const Vm &vm);

}  // namespace ravelin

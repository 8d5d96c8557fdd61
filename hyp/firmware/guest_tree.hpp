// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/firmware/machine.hpp"
#include "hyp/firmware/manifest.hpp"
#include "hyp/firmware/vm.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace ravelin::firmware {

/// What the key's owner wants started.
struct Chosen {
    const SignedImage &image;
    const char *command_line;
};

/// Writes the device tree that the kernel sees, of nothing but what is known and what was checked.
/// @param room  where it goes
/// @return      its size; NO_ROOM
[[nodiscard]] auto write_tree (std::span<std::byte> room, const Vm &vm, const GuestMachine &machine,
                               const Chosen &chosen) -> Verified<std::uint64_t>;

}  // namespace ravelin::firmware

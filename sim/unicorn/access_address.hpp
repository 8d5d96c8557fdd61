// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "sim/unicorn/emulator.hpp"

#include <cstdint>
#include <optional>

namespace ravelin::sim {

/// The virtual address of the first byte that @p instruction is about to load or store, with the registers as they are
/// now; nothing if it isn't a load or store.  [ARM DDI 0487, C4.1.88]
/// @param pc  where the instruction is
[[nodiscard]] auto access_address (const Emulator &emulator, std::uint32_t instruction, std::uint64_t pc)
    -> std::optional<Va>;

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/registers.hpp"
#include "hyp/vm/world.hpp"

#include <cstdint>

namespace ravelin {

/// The register that a trapped MSR or MRS names.
/// @param syndrome  ESR_EL2 of the trap
[[nodiscard]] auto register_of (std::uint64_t syndrome) -> hal::SystemRegister;

/// Does what the trapped MSR or MRS of a guest asks, if the guest may have the register: ID registers, and
/// debug registers, which are there but do nothing.
/// @param syndrome  ESR_EL2 of the trap
/// @return          false, and nothing done: the instruction is undefined to the guest
[[nodiscard]] auto access_guest_register (hal::Cpu &cpu, World &world, Registers &registers, std::uint64_t syndrome)
    -> bool;

}  // namespace ravelin

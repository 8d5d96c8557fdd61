// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/system_register.hpp"

#include <cstdint>
#include <unicorn/unicorn.h>

namespace ravelin::sim {

/// The name that Unicorn gives a hook for MRS, MSR or SYS, as ours.
[[nodiscard]] inline auto as_system_register (const uc_arm64_cp_reg &which) -> hal::SystemRegister {
    const auto narrow = [] (std::uint32_t field) {
        return static_cast<std::uint8_t> (field);
    };
    return {narrow (which.op0), narrow (which.op1), narrow (which.crn), narrow (which.crm), narrow (which.op2)};
}

// What such a hook answers.
inline constexpr std::uint32_t let_unicorn_do_it = 0;
inline constexpr std::uint32_t hook_did_it       = 1;

}  // namespace ravelin::sim

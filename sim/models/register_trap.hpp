// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/system_register.hpp"

#include <cstdint>

namespace ravelin::sim {

/// ESR_ELx of a trapped MRS, MSR or system instruction.  [ARM DDI 0487, D17.2.37, EC 0x18]
/// @param rt     the general-purpose register
/// @param reads  it's an MRS
[[nodiscard]] constexpr auto register_trap (hal::SystemRegister which, unsigned rt, bool reads) -> std::uint64_t {
    const auto wide = [] (unsigned field) {
        return static_cast<std::uint64_t> (field);
    };
    return 0x18UL << 26 | 1UL << 25 | wide (which.op0) << 20 | wide (which.op2) << 17 | wide (which.op1) << 14 |
           wide (which.crn) << 10 | wide (rt) << 5 | wide (which.crm) << 1 | wide (reads ? 1 : 0);
}

}  // namespace ravelin::sim

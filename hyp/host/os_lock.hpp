// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/system_register.hpp"

#include <cstdint>

namespace ravelin {

/// The OS lock, and the registers of the core's power that trap with it (MDCR_EL2.TDOSA). Nobody below EL2 has it:
/// while it is taken EL1 can let breakpoints halt the core, EL2 and all.  [ARM DDI 0487, D17.3, H2.2]
namespace os_lock {
inline constexpr hal::SystemRegister status{2, 0, 1, 1, 4};  // OSLSR_EL1
inline constexpr std::uint64_t unlocked = 1U << 3;           // OSLSR_EL1: it's there, and nobody has it

/// Whether @p which is one of OSLAR_EL1, OSLSR_EL1, OSDLR_EL1, DBGPRCR_EL1.
[[nodiscard]] constexpr auto has (hal::SystemRegister which) -> bool {
    return which.op0 == 2 && which.op1 == 0 && which.crn == 1 && which.op2 == 4;
}
}  // namespace os_lock

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/smccc.h"
#include "hyp/core/registers.hpp"
#include "hyp/hal/hal.hpp"
#include "hyp/host/power.hpp"

#include <array>

namespace ravelin {

/// Ends a call of the host or a guest: X0 is its result, or its status.
inline auto answer (Registers &registers, std::int64_t result) -> Next {
    registers.x[0] = static_cast<std::uint64_t> (result);
    return Next::resume;
}

/// The arguments of the PSCI call in @p registers, as wide as its function says.
[[nodiscard]] inline auto psci_arguments (const Registers &registers) -> std::array<std::uint64_t, 3> {
    const auto &x            = registers.x;
    const std::uint64_t mask = (x[0] & SMCCC_64BIT) != 0 ? ~0UL : 0xffff'ffff;
    return {x[1] & mask, x[2] & mask, x[3] & mask};
}

/// Answers what SMCCC and PSCI have for asking which versions and functions there are: the same to the host and to
/// guests. Any other call is NOT_SUPPORTED.
[[nodiscard]] auto answer_discovery (Registers &registers) -> Next;

/// Answers the PSCI call of the host in @p registers. What isn't one is left to answer_discovery().
[[nodiscard, gnu::noinline]] auto answer_psci (hal::Cpu &cpu, Power &power, Registers &registers) -> Next;

}  // namespace ravelin

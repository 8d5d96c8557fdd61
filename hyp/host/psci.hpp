// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/smccc.h"
#include "hyp/core/next.hpp"
#include "hyp/core/registers.hpp"
#include "hyp/hal/hal.hpp"
#include "hyp/host/power.hpp"

namespace ravelin {

/// Ends a call of the host or a guest: X0 is its result, or its status.
inline auto answer (Registers &registers, std::int64_t result) -> Next {
    registers.x[0] = static_cast<std::uint64_t> (result);
    return Next::resume;
}

/// Argument @p i of the PSCI call in @p registers, as wide as its function says.
[[nodiscard]] inline auto psci_argument (const Registers &registers, unsigned i) -> std::uint64_t {
    return (registers.x[0] & SMCCC_64BIT) != 0 ? registers.x[i] : static_cast<std::uint32_t> (registers.x[i]);
}

/// Answers what SMCCC and PSCI have for asking which versions and functions there are: the same to the host and to
/// guests. Any other call is NOT_SUPPORTED.
[[nodiscard]] auto answer_discovery (Registers &registers) -> Next;

/// Answers the PSCI call of the host in @p registers. What isn't one is left to answer_discovery().
[[nodiscard, gnu::noinline]] auto answer_psci (hal::Cpu &cpu, Power &power, Registers &registers) -> Next;

}  // namespace ravelin

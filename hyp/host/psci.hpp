// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/next.hpp"
#include "hyp/core/registers.hpp"
#include "hyp/hal/hal.hpp"
#include "hyp/host/power.hpp"

namespace ravelin {

/// What PSCI_FEATURES says of a function, to the host and to guests: the same.  [ARM DEN 0022, 5.15]
[[nodiscard]] auto psci_feature (std::uint32_t function) -> std::int64_t;

/// Answers the PSCI call in @p registers; X0 is its result. What isn't a PSCI call of Ravelin's is
/// NOT_SUPPORTED.
[[nodiscard, gnu::noinline]] auto answer_psci (hal::Cpu &cpu, Power &power, Registers &registers) -> Next;

}  // namespace ravelin

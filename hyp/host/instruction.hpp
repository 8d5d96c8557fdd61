// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/hal.hpp"

#include <cstdint>

namespace ravelin {

/// Bytes of an A64 instruction.
inline constexpr std::uint64_t instruction_size = 4;

/// SPSR of T32 code that has executed one more instruction: an IT block is further.  [ARM DDI 0487, ITAdvance]
[[nodiscard]] auto advance_it (std::uint64_t spsr) -> std::uint64_t;

/// Who has trapped goes on behind the instruction that did it.
/// @param syndrome  ESR_EL2: it tells how long the instruction is
void skip_instruction (hal::Cpu &cpu, std::uint64_t syndrome);

}  // namespace ravelin

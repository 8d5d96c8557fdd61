// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/hal.hpp"

#include <cstdint>

namespace ravelin {

/// Bytes of an A64 instruction.
inline constexpr std::uint64_t instruction_size = 4;

/// Who has trapped goes on behind the instruction that did it.
inline void skip_instruction (hal::Cpu &cpu) {
    cpu.write<hal::sysreg::elr_el2> (cpu.read<hal::sysreg::elr_el2> () + instruction_size);
}

}  // namespace ravelin

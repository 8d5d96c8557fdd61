// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/instruction.hpp"

#include "hyp/host/syndrome.hpp"

namespace ravelin {

auto advance_it (std::uint64_t spsr) -> std::uint64_t {
    const auto block   = pstate::it_high.get (spsr) << 2 | pstate::it_low.get (spsr);
    const auto advance = (block & 7) == 0 ? 0 : (block & 0xe0) | (block << 1 & 0x1f);
    return pstate::it_low.set (pstate::it_high.set (spsr, advance >> 2), advance);
}

void skip_instruction (hal::Cpu &cpu, std::uint64_t syndrome) {
    const auto bytes = 2 + 2 * esr::instruction_length.get (syndrome);
    cpu.write<hal::sysreg::elr_el2> (cpu.read<hal::sysreg::elr_el2> () + bytes);
    const auto spsr = cpu.read<hal::sysreg::spsr_el2> ();
    if (pstate::aarch32.any (spsr)) [[unlikely]] { cpu.write<hal::sysreg::spsr_el2> (advance_it (spsr)); }
}

}  // namespace ravelin

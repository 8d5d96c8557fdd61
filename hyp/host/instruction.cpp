// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/instruction.hpp"

namespace ravelin {

namespace {
using namespace hal::sysreg;

/// Offset of the vector that a synchronous exception to EL1 takes.  [ARM DDI 0487, D1.3.1, table D1-5]
[[nodiscard]] constexpr auto vector_offset (std::uint64_t spsr) -> std::uint64_t {
    if (pstate::aarch32.any (spsr)) { return 0x600; }
    switch (pstate::mode.get (spsr)) {
    case pstate::el1h: return 0x200;
    case pstate::el1t: return 0x000;
    default:           return 0x400;
    }
}

/// Does what the CPU does when it takes a synchronous exception to EL1.  [D1.3.1]
void enter_el1 (hal::Cpu &cpu, std::uint64_t syndrome) {
    const auto spsr = cpu.read<spsr_el2> ();
    cpu.write<esr_el1> (syndrome);
    cpu.write<elr_el1> (cpu.read<elr_el2> ());
    cpu.write<spsr_el1> (spsr);
    cpu.write<elr_el2> (cpu.read<vbar_el1> () + vector_offset (spsr));
    cpu.write<spsr_el2> (pstate::masked | pstate::el1h);
}
}  // namespace

auto advance_it (std::uint64_t spsr) -> std::uint64_t {
    const auto block   = pstate::it_high.get (spsr) << 2 | pstate::it_low.get (spsr);
    const auto advance = (block & 7) == 0 ? 0 : (block & 0xe0) | (block << 1 & 0x1f);
    return pstate::it_low.set (pstate::it_high.set (spsr, advance >> 2), advance);
}

auto register_of (std::uint64_t syndrome) -> hal::SystemRegister {
    using namespace esr::access;
    const auto narrow = [syndrome] (Bits64 field) {
        return static_cast<std::uint8_t> (field.get (syndrome));
    };
    return {narrow (op0), narrow (op1), narrow (crn), narrow (crm), narrow (op2)};
}

void skip_instruction (hal::Cpu &cpu, std::uint64_t syndrome) {
    cpu.write<elr_el2> (cpu.read<elr_el2> () + instruction_bytes (syndrome));
    const auto spsr = cpu.read<spsr_el2> ();
    if (pstate::aarch32.any (spsr)) [[unlikely]] { cpu.write<spsr_el2> (advance_it (spsr)); }
}

void inject_abort (hal::Cpu &cpu, std::uint64_t syndrome, std::uint64_t status) {
    const bool code   = esr::class_of (syndrome) == esr::Class::code_abort_lower;
    const auto spsr   = cpu.read<spsr_el2> ();
    const bool inside = !pstate::aarch32.any (spsr) && pstate::exception_level.get (spsr) == 1;
    // The class of an abort from the same Exception level comes behind that of one from a lower level.
    const auto cause = esr::exception_class.get (syndrome) + (inside ? 1 : 0);

    // The instruction's fields (ISV and below) aren't given to a stage 1 handler; only length and direction
    // stay.
    const auto kept = syndrome & (esr::instruction_length.mask () | (code ? 0 : esr::write.mask ()));

    cpu.write<far_el1> (cpu.read<far_el2> ());
    enter_el1 (cpu, kept | esr::exception_class.put (cause) | status);
}

void inject_undefined (hal::Cpu &cpu) {
    enter_el1 (cpu, esr::exception_class.put (static_cast<std::uint64_t> (esr::Class::unknown)) |
                        esr::instruction_length.mask ());
}

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/el1_entry.hpp"

#include "hyp/hal/system_register.hpp"
#include "hyp/host/syndrome.hpp"

namespace ravelin::sim {

namespace {
using namespace hal::sysreg;

/// The quarter of the vector table that belongs to where the CPU comes from.  [D1.3.1, table D1-5]
[[nodiscard]] auto quarter (std::uint64_t pstate) -> std::uint64_t {
    if (pstate::aarch32.any (pstate)) { return 0x600; }
    switch (pstate::mode.get (pstate)) {
    case pstate::el1h: return 0x200;
    case pstate::el1t: return 0x000;
    default:           return 0x400;
    }
}

/// Whether FAR_EL1 is written: aborts, and a misaligned PC.  [D17.2.40]
[[nodiscard]] auto has_address (std::uint64_t syndrome) -> bool {
    constexpr std::uint64_t misaligned_pc = 0x22;
    switch (esr::class_of (syndrome)) {
    case esr::Class::code_abort_lower:
    case esr::Class::code_abort_same:
    case esr::Class::data_abort_lower:
    case esr::Class::data_abort_same:  return true;
    default:                           return esr::exception_class.get (syndrome) == misaligned_pc;
    }
}

void enter (Emulator &emulator, Vector vector) {
    const auto from = emulator.pstate ();
    emulator.write (elr_el1, emulator.pc ());
    emulator.write (spsr_el1, from);
    emulator.set_pstate (pstate::masked | pstate::el1h);
    emulator.set_pc (emulator.read (vbar_el1) + quarter (from) + static_cast<std::uint64_t> (vector));
}
}  // namespace

void take_interrupt (Emulator &emulator, Vector vector) {
    enter (emulator, vector);
}

void take_error (Emulator &emulator, std::uint64_t syndrome) {
    emulator.write (esr_el1, syndrome);
    enter (emulator, Vector::error);
}

void take_synchronous (Emulator &emulator, const ExceptionRecord &exception) {
    emulator.write (esr_el1, exception.syndrome);
    if (has_address (exception.syndrome)) { emulator.write (far_el1, exception.address); }
    enter (emulator, Vector::synchronous);
}

auto as_external_abort (const ExceptionRecord &abort, std::uint64_t pstate) -> ExceptionRecord {
    using enum esr::Class;
    const bool code = esr::class_of (abort.syndrome) == code_abort_lower;
    const bool same = !pstate::aarch32.any (pstate) && pstate::exception_level.get (pstate) == 1;
    const auto kind = code ? (same ? code_abort_same : code_abort_lower) : (same ? data_abort_same : data_abort_lower);
    const auto kept = esr::instruction_length.mask () | (code ? 0 : esr::write.mask ());

    return {.syndrome = (abort.syndrome & kept) | esr::exception_class.put (static_cast<std::uint64_t> (kind)) |
                        esr::external_abort,
            .address  = abort.address,
            .ipa_page = 0,
            .target   = 1};
}

}  // namespace ravelin::sim

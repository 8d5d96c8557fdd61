// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/core/hypervisor.hpp"

#include "hyp/abi/psci.h"
#include "hyp/host/confine.hpp"
#include "hyp/host/instruction.hpp"
#include "hyp/host/syndrome.hpp"
#include "hyp/vm/guest_trap.hpp"

namespace ravelin {

using namespace hal::sysreg;

namespace {
/// The IPA that a stage 2 translation fault was about.
[[nodiscard]] auto fault_ipa (hal::Cpu &cpu) -> Pa {
    const auto page = hpfar::ipa_page.get (cpu.read<hpfar_el2> ()) * page_size;
    return Pa{page + cpu.read<far_el2> () % page_size};
}
}  // namespace

auto Hypervisor::synchronous (hal::Cpu &cpu, Registers &registers) -> Next {
    if (auto &here = world (cpu); here.is_guest ()) { return guest_synchronous (cpu, registers, here); }
    const auto syndrome = cpu.read<esr_el2> ();
    // What is common saves no registers for what isn't.
    if (esr::class_of (syndrome) != esr::Class::hvc64) [[unlikely]] {
        return host_instruction (cpu, registers, syndrome);
    }
    ++self (cpu).traps[RAVELIN_TRAP_HVC];
    return host_call (cpu, registers, syndrome);
}

auto Hypervisor::host_instruction (hal::Cpu &cpu, Registers &registers, std::uint64_t syndrome) -> Next {
    auto &traps = self (cpu).traps;
    switch (esr::class_of (syndrome)) {
    case esr::Class::smc64:
        ++traps[RAVELIN_TRAP_SMC];
        // Unlike HVC, a trapped SMC hasn't been executed yet.
        skip_instruction (cpu, syndrome);
        return host_call (cpu, registers, syndrome);
    case esr::Class::data_abort_lower:
        switch (forward_access (cpu, registers, *platform_.board, syndrome, fault_ipa (cpu))) {
        case Forwarded::forbidden: forbid (cpu, syndrome, RAVELIN_TRAP_DATA_FORBIDDEN, esr::alignment_fault); break;
        case Forwarded::done:
            ++traps[RAVELIN_TRAP_FORWARDED];
            skip_instruction (cpu, syndrome);
            break;
        case Forwarded::resets:
            // The host makes the access again, and takes its interrupts in between.
            if (!vms_.end (cpu)) { break; }
            power ().end_system (cpu, PSCI_SYSTEM_RESET);
            return Next::off;
        }
        break;
    case esr::Class::code_abort_lower: forbid (cpu, syndrome, RAVELIN_TRAP_CODE_FORBIDDEN, esr::external_abort); break;
    case esr::Class::system_register:
        if (access_os_lock (registers, syndrome)) {
            ++traps[RAVELIN_TRAP_FORWARDED];
            skip_instruction (cpu, syndrome);
            break;
        }
        [[fallthrough]];
    default: ++traps[RAVELIN_TRAP_UNDEFINED]; inject_undefined (cpu);
    }
    return Next::resume;
}

void Hypervisor::forbid (hal::Cpu &cpu, std::uint64_t syndrome, ravelin_trap_cause cause, std::uint64_t fault) {
    // While another CPU splits a block, none of it is there: once it's done, the access may go on.
    if (esr::fault::type.get (syndrome) == esr::fault::translation) {
        Locked<HostMemory> memory{cpu, vms_.host_memory ()};
        if (memory->stage2 ().translate (cpu, Ipa{fault_ipa (cpu).value ()})) { return; }
    }
    ++self (cpu).traps[cause];
    inject_abort (cpu, syndrome, fault);
}

auto Hypervisor::interrupt (hal::Cpu &cpu) -> Next {
    if (auto &here = world (cpu); here.is_guest ()) { return take_guest_interrupt (cpu, interrupts_, here); }
    ++self (cpu).traps[RAVELIN_TRAP_INTERRUPT];
    return Next::resume;
}

auto Hypervisor::system_error (hal::Cpu &cpu) -> Next {
    world (cpu).keep_serror (cpu);
    if (world (cpu).is_guest ()) { return world (cpu).exit ({.reason = RAVELIN_EXIT_INTERRUPT, .details = {}}); }
    ++self (cpu).traps[RAVELIN_TRAP_INTERRUPT];
    return Next::resume;
}

void Hypervisor::park (hal::Cpu &cpu, Registers &registers) {
    const HostEntry entry = power ().wait_for_start (cpu);
    enter_host_at (cpu, entry.address);
    registers      = {};
    registers.x[0] = entry.context;
}

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/guest_trap.hpp"

#include "hyp/core/hypervisor.hpp"
#include "hyp/host/instruction.hpp"
#include "hyp/host/syndrome.hpp"
#include "hyp/vm/guest_gic.hpp"
#include "hyp/vm/guest_timer.hpp"

namespace ravelin {

using namespace hal::sysreg;

auto Hypervisor::guest_synchronous (hal::Cpu &cpu, Registers &registers, World &world) -> Next {
    const auto syndrome = cpu.read<esr_el2> ();
    // What is common saves no registers for what isn't.
    switch (esr::class_of (syndrome)) {
    [[likely]] case esr::Class::hvc64:
        return answer_guest_call (cpu, vms_, interrupts_, world, registers, syndrome);
    case esr::Class::data_abort_lower:
        if (is_gic_access (cpu, world.vm (cpu), syndrome)) {
            return answer_gic_access (cpu, interrupts_, world, registers, syndrome);
        }
        return handle_guest_abort (cpu, vms_, world, registers, syndrome);
    case esr::Class::code_abort_lower: return handle_guest_abort (cpu, vms_, world, registers, syndrome);
    default:                           return guest_instruction (cpu, registers, world, syndrome);
    }
}

auto Hypervisor::guest_instruction (hal::Cpu &cpu, Registers &registers, World &world, std::uint64_t syndrome) -> Next {
    switch (esr::class_of (syndrome)) {
    case esr::Class::smc64:
        // Unlike HVC, a trapped SMC hasn't been executed yet.
        skip_instruction (cpu, syndrome);
        return answer_guest_call (cpu, vms_, interrupts_, world, registers, syndrome);
    case esr::Class::wait: skip_instruction (cpu, syndrome); return wait_in_guest (cpu, interrupts_, world);
    case esr::Class::fp:   world.give_fp (cpu); return Next::resume;
    case esr::Class::system_register:
        if (access_physical_timer (cpu, interrupts_, world, registers, syndrome) ||
            access_guest_register (cpu, world, registers, syndrome)) {
            skip_instruction (cpu, syndrome);
            return Next::resume;
        }
        break;
    default: break;
    }
    inject_undefined (cpu);
    return Next::resume;
}

}  // namespace ravelin

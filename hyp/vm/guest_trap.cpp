// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/core/hypervisor.hpp"
#include "hyp/host/inject.hpp"
#include "hyp/host/syndrome.hpp"
#include "hyp/vm/guest_abort.hpp"
#include "hyp/vm/guest_call.hpp"
#include "hyp/vm/guest_register.hpp"

namespace ravelin {

using namespace hal::sysreg;

namespace {
constexpr std::uint64_t instruction_size = 4;

void skip_instruction (hal::Cpu &cpu) {
    cpu.write<elr_el2> (cpu.read<elr_el2> () + instruction_size);
}
}  // namespace

auto Hypervisor::guest_synchronous (hal::Cpu &cpu, Registers &registers, World &world) -> Next {
    const auto syndrome = cpu.read<esr_el2> ();
    switch (esr::class_of (syndrome)) {
    [[likely]] case esr::Class::hvc64:
        return answer_guest_call (cpu, vms_, world, registers, syndrome);
    case esr::Class::smc64:
        // Unlike HVC, a trapped SMC hasn't been executed yet.
        skip_instruction (cpu);
        return answer_guest_call (cpu, vms_, world, registers, syndrome);
    case esr::Class::data_abort_lower:
    case esr::Class::code_abort_lower: return handle_guest_abort (cpu, vms_, world, registers, syndrome);
    case esr::Class::wait:
        skip_instruction (cpu);
        world.prepare (Exit{.reason = RAVELIN_EXIT_WFI, .details = {}});
        return Next::change_world;
    case esr::Class::fp: world.give_fp (cpu); return Next::resume;
    case esr::Class::system_register:
        if (access_guest_register (world.vm (cpu), world.vcpu (cpu), guest_features_, registers, syndrome)) {
            skip_instruction (cpu);
            return Next::resume;
        }
        break;
    default: break;
    }
    inject_undefined (cpu);
    return Next::resume;
}

}  // namespace ravelin

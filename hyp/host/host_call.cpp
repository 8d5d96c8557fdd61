// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/host_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/core/hypervisor.hpp"
#include "hyp/host/instruction.hpp"
#include "hyp/host/psci.hpp"
#include "hyp/host/syndrome.hpp"

#include <algorithm>
#include <array>

namespace ravelin {

auto Hypervisor::host_call (hal::Cpu &cpu, Registers &registers, std::uint64_t syndrome) -> Next {
    auto &x             = registers.x;
    const auto function = static_cast<std::uint32_t> (x[0]);
    if (esr::immediate.any (syndrome)) [[unlikely]] { return answer (registers, RAVELIN_NOT_SUPPORTED); }
    switch (function) {
    [[likely]] case RAVELIN_NULL:
        return answer (registers, RAVELIN_SUCCESS);
    [[likely]] case RAVELIN_VCPU_RUN:
        return vms_.run (cpu, world (cpu), registers);
    case RAVELIN_CALL_UID:
        std::ranges::copy (std::array{RAVELIN_UID_0, RAVELIN_UID_1, RAVELIN_UID_2, RAVELIN_UID_3}, x.begin ());
        return Next::resume;
    case RAVELIN_CALL_REVISION: x[1] = RAVELIN_REVISION_MINOR; return answer (registers, RAVELIN_REVISION_MAJOR);
    case RAVELIN_FEATURES:
        x[1] = RAVELIN_FEATURE_TRAP_COUNT | RAVELIN_FEATURE_VMS | RAVELIN_FEATURE_VM_GIC;
        return answer (registers, RAVELIN_SUCCESS);
    case RAVELIN_TRAP_COUNT:
        if (x[1] >= platform_.cpus.size () || x[2] >= RAVELIN_TRAP_CAUSES) {
            return answer (registers, RAVELIN_INVALID);
        }
        x[1] = cpus_[x[1]].traps[x[2]];
        return answer (registers, RAVELIN_SUCCESS);
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
        if (!vms_.end (cpu)) {
            // The host makes the call again, and takes its interrupts in between.
            cpu.write<hal::sysreg::elr_el2> (cpu.read<hal::sysreg::elr_el2> () - instruction_size);
            return Next::resume;
        }
        break;
    default: break;
    }
    if (function >= RAVELIN_VM_CREATE && function <= RAVELIN_ID_REGISTER) {
        return vms_.call (cpu, interrupts_, registers);
    }
    auto power = this->power ();
    return answer_psci (cpu, power, registers);
}

}  // namespace ravelin

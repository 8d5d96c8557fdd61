// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/host_calls.h"
#include "hyp/abi/smccc.h"
#include "hyp/core/hypervisor.hpp"
#include "hyp/host/psci.hpp"
#include "hyp/host/syndrome.hpp"
#include "hyp/vm/vm_calls.hpp"

namespace ravelin {

namespace {
void set_status (Registers &registers, std::int64_t status) {
    registers.x[0] = static_cast<std::uint64_t> (status);
}

/// No firmware workaround is offered: none is really done.  [ARM DEN 0028, 7.3]
[[nodiscard]] auto architecture_feature (std::uint32_t function) -> std::int64_t {
    return function == SMCCC_VERSION || function == SMCCC_ARCH_FEATURES ? SMCCC_SUCCESS : SMCCC_NOT_SUPPORTED;
}

[[nodiscard]] auto is_vm_call (std::uint32_t function) -> bool {
    return function >= RAVELIN_VM_CREATE && function <= RAVELIN_GIC_SET;
}
}  // namespace

auto Hypervisor::host_call (hal::Cpu &cpu, Registers &registers, std::uint64_t syndrome) -> Next {
    if (esr::immediate.any (syndrome)) [[unlikely]] {
        set_status (registers, RAVELIN_NOT_SUPPORTED);
        return Next::resume;
    }
    switch (static_cast<std::uint32_t> (registers.x[0])) {
    [[likely]] case RAVELIN_NULL:
        set_status (registers, RAVELIN_SUCCESS);
        return Next::resume;
    [[likely]] case RAVELIN_VCPU_RUN:
        return run_vcpu (cpu, vms_, world (cpu), registers);
    case RAVELIN_CALL_UID:
        registers.x[0] = RAVELIN_UID_0;
        registers.x[1] = RAVELIN_UID_1;
        registers.x[2] = RAVELIN_UID_2;
        registers.x[3] = RAVELIN_UID_3;
        return Next::resume;
    case RAVELIN_CALL_REVISION:
        registers.x[0] = RAVELIN_REVISION_MAJOR;
        registers.x[1] = RAVELIN_REVISION_MINOR;
        return Next::resume;
    case RAVELIN_FEATURES:
        set_status (registers, RAVELIN_SUCCESS);
        registers.x[1] = RAVELIN_FEATURE_TRAP_COUNT | RAVELIN_FEATURE_VMS | RAVELIN_FEATURE_VM_GIC;
        return Next::resume;
    case RAVELIN_TRAP_COUNT: trap_count (registers); return Next::resume;
    case SMCCC_VERSION:      set_status (registers, SMCCC_VERSION_1_1); return Next::resume;
    case SMCCC_ARCH_FEATURES:
        set_status (registers, architecture_feature (static_cast<std::uint32_t> (registers.x[1])));
        return Next::resume;
    default: break;
    }
    if (is_vm_call (static_cast<std::uint32_t> (registers.x[0]))) {
        return answer_vm_call (cpu, vms_, interrupts_, registers);
    }
    auto power = this->power ();
    return answer_psci (cpu, power, registers);
}

void Hypervisor::trap_count (Registers &registers) const {
    const auto cpu = registers.x[1];
    if (cpu >= platform_.cpus.size ()) {
        set_status (registers, RAVELIN_INVALID);
        return;
    }
    const auto count = cpus_[cpu].traps.read (registers.x[2]);
    if (!count) {
        set_status (registers, RAVELIN_INVALID);
        return;
    }
    set_status (registers, RAVELIN_SUCCESS);
    registers.x[1] = *count;
}

}  // namespace ravelin

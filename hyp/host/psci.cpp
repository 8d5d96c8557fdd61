// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/psci.hpp"

#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"

namespace ravelin {

namespace {
/// Standby only: the host's tree names no state that loses a core's context.  [5.4]
[[nodiscard]] auto suspend (hal::Cpu &cpu, std::uint32_t power_state) -> std::int64_t {
    if (power_state != 0) { return PSCI_INVALID_PARAMETERS; }
    cpu.wait_for_interrupt ();
    return PSCI_SUCCESS;
}
}  // namespace

auto psci_feature (std::uint32_t function) -> std::int64_t {
    switch (function) {
    case SMCCC_VERSION:
    case PSCI_VERSION:
    case PSCI_CPU_SUSPEND_32:
    case PSCI_CPU_SUSPEND_64:
    case PSCI_CPU_OFF:
    case PSCI_CPU_ON_32:
    case PSCI_CPU_ON_64:
    case PSCI_AFFINITY_INFO_32:
    case PSCI_AFFINITY_INFO_64:
    case PSCI_MIGRATE_INFO_TYPE:
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
    case PSCI_FEATURES:          return PSCI_SUCCESS;
    default:                     return PSCI_NOT_SUPPORTED;
    }
}

auto answer_psci (hal::Cpu &cpu, Power &power, Registers &registers) -> Next {
    const auto function = static_cast<std::uint32_t> (registers.x[0]);
    const bool wide     = (function & SMCCC_64BIT) != 0;
    const auto argument = [&] (unsigned i) {
        return wide ? registers.x[i] : static_cast<std::uint32_t> (registers.x[i]);
    };

    std::int64_t result = PSCI_NOT_SUPPORTED;
    switch (function) {
    case PSCI_VERSION:           result = PSCI_VERSION_1_1; break;
    case PSCI_MIGRATE_INFO_TYPE: result = PSCI_NO_MIGRATION; break;
    case PSCI_FEATURES:          result = psci_feature (static_cast<std::uint32_t> (argument (1))); break;
    case PSCI_CPU_SUSPEND_32:
    case PSCI_CPU_SUSPEND_64:    result = suspend (cpu, static_cast<std::uint32_t> (argument (1))); break;
    case PSCI_AFFINITY_INFO_32:
    case PSCI_AFFINITY_INFO_64:  result = power.affinity_info (cpu, argument (1), argument (2)); break;
    case PSCI_CPU_ON_32:
    case PSCI_CPU_ON_64:         result = power.turn_on (cpu, argument (1), {Pa{argument (2)}, argument (3)}); break;
    case PSCI_CPU_OFF:
        result = power.turn_off (cpu);
        if (result == PSCI_SUCCESS) { return Next::off; }
        break;
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET: power.end_system (cpu, function); return Next::off;
    default:                break;
    }
    registers.x[0] = static_cast<std::uint64_t> (result);
    return Next::resume;
}

}  // namespace ravelin

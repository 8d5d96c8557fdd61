// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/psci.hpp"

#include "hyp/abi/psci.h"

#include <algorithm>
#include <array>
#include <span>

namespace ravelin {

namespace {
/// What PSCI_FEATURES knows.  [ARM DEN 0022, 5.15]
constexpr std::array psci_functions{
    SMCCC_VERSION,          PSCI_VERSION,    PSCI_CPU_SUSPEND_32, PSCI_CPU_SUSPEND_64,   PSCI_CPU_OFF,
    PSCI_CPU_ON_32,         PSCI_CPU_ON_64,  PSCI_FEATURES,       PSCI_AFFINITY_INFO_32, PSCI_AFFINITY_INFO_64,
    PSCI_MIGRATE_INFO_TYPE, PSCI_SYSTEM_OFF, PSCI_SYSTEM_RESET,
};

/// What SMCCC_ARCH_FEATURES knows. No firmware workaround is offered: none is really done.  [ARM DEN 0028, 7.3]
constexpr std::array architecture_functions{SMCCC_VERSION, SMCCC_ARCH_FEATURES};

[[nodiscard]] auto feature (std::span<const std::uint32_t> known, std::uint64_t function) -> std::int64_t {
    // SMCCC and PSCI have the same codes for both.
    const bool found = std::ranges::find (known, static_cast<std::uint32_t> (function)) != known.end ();
    return found ? SMCCC_SUCCESS : SMCCC_NOT_SUPPORTED;
}
}  // namespace

auto answer_discovery (Registers &registers) -> Next {
    switch (static_cast<std::uint32_t> (registers.x[0])) {
    case SMCCC_VERSION:          return answer (registers, SMCCC_VERSION_1_1);
    case SMCCC_ARCH_FEATURES:    return answer (registers, feature (architecture_functions, registers.x[1]));
    case PSCI_VERSION:           return answer (registers, PSCI_VERSION_1_1);
    case PSCI_MIGRATE_INFO_TYPE: return answer (registers, PSCI_NO_MIGRATION);
    case PSCI_FEATURES:          return answer (registers, feature (psci_functions, registers.x[1]));
    default:                     return answer (registers, SMCCC_NOT_SUPPORTED);
    }
}

auto answer_psci (hal::Cpu &cpu, Power &power, Registers &registers) -> Next {
    const auto function               = static_cast<std::uint32_t> (registers.x[0]);
    const auto [first, second, third] = psci_arguments (registers);
    switch (function) {
    case PSCI_CPU_SUSPEND_32:
    case PSCI_CPU_SUSPEND_64:
        // Standby only: the host's tree names no state that loses a core's context.  [5.4]
        if (static_cast<std::uint32_t> (first) != 0) { return answer (registers, PSCI_INVALID_PARAMETERS); }
        cpu.wait_for_interrupt ();
        return answer (registers, PSCI_SUCCESS);
    case PSCI_AFFINITY_INFO_32:
    case PSCI_AFFINITY_INFO_64: return answer (registers, power.affinity_info (cpu, first, second));
    case PSCI_CPU_ON_32:
    case PSCI_CPU_ON_64:        return answer (registers, power.turn_on (cpu, first, {Pa{second}, third}));
    case PSCI_CPU_OFF:          {
        const auto refusal = power.turn_off (cpu);
        return refusal == PSCI_SUCCESS ? Next::off : answer (registers, refusal);
    }
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET: power.end_system (cpu, function); return Next::off;
    default:                return answer_discovery (registers);
    }
}

}  // namespace ravelin

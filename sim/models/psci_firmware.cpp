// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/psci_firmware.hpp"

#include "hyp/abi/psci.h"
#include "sim/machine/stopped.hpp"
#include "sim/machine/violation.hpp"

#include <utility>

namespace ravelin::sim {

PsciFirmware::PsciFirmware (std::uint32_t cpus, std::function<void (Outcome)> stop_machine)
    : cpus_{cpus}, stop_machine_{std::move (stop_machine)} {
    power_[0] = Power::on;
}

auto PsciFirmware::smc (CpuIndex cpu, const hal::SmcRegisters &arguments) -> hal::SmcRegisters {
    std::int64_t result = PSCI_NOT_SUPPORTED;
    switch (static_cast<std::uint32_t> (arguments[0])) {
    case PSCI_VERSION:           result = PSCI_VERSION_1_1; break;
    case PSCI_FEATURES:          result = PSCI_SUCCESS; break;
    case PSCI_MIGRATE_INFO_TYPE: result = PSCI_NO_MIGRATION; break;
    case PSCI_CPU_ON_32:
    case PSCI_CPU_ON_64:         result = turn_on (arguments); break;
    case PSCI_AFFINITY_INFO_32:
    case PSCI_AFFINITY_INFO_64:  result = affinity_info (arguments); break;
    case PSCI_CPU_OFF:           power_[cpu.value ()] = Power::off; throw Stopped{Stopped::What::cpu};
    case PSCI_SYSTEM_OFF:        stop_machine_ (Outcome::off); throw Stopped{Stopped::What::machine};
    case PSCI_SYSTEM_RESET:      stop_machine_ (Outcome::reset); throw Stopped{Stopped::What::machine};
    default:                     break;
    }
    return {static_cast<std::uint64_t> (result), arguments[1], arguments[2], arguments[3]};
}

auto PsciFirmware::turn_on (const hal::SmcRegisters &arguments) -> std::int64_t {
    if (arguments[1] >= cpus_) { return PSCI_INVALID_PARAMETERS; }
    if (arguments[2] != entry_point.value ()) {
        throw Violation{"EL2: CPU_ON with " + hex (arguments[2]) + " as entry, where it has no code"};
    }
    Power &target = power_[arguments[1]];
    if (target != Power::off) { return target == Power::on ? PSCI_ALREADY_ON : PSCI_ON_PENDING; }
    target = Power::pending;
    return PSCI_SUCCESS;
}

auto PsciFirmware::affinity_info (const hal::SmcRegisters &arguments) const -> std::int64_t {
    if (arguments[1] >= cpus_ || arguments[2] != 0) { return PSCI_INVALID_PARAMETERS; }
    switch (power_[arguments[1]]) {
    case Power::off: return PSCI_AFFINITY_OFF;
    case Power::on:  return PSCI_AFFINITY_ON;
    default:         return PSCI_AFFINITY_ON_PENDING;
    }
}

auto PsciFirmware::take_start (CpuIndex cpu) -> bool {
    Power &power = power_[cpu.value ()];
    if (power != Power::pending) { return false; }
    power = Power::on;
    return true;
}

}  // namespace ravelin::sim

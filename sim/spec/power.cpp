// SPDX-License-Identifier: BSD-2-Clause
// PSCI of guests.  [ARM DEN 0022, 5]
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "hyp/abi/vm_calls.h"
#include "sim/spec/guest.hpp"

#include <algorithm>
#include <array>

namespace ravelin::spec {
namespace {

constexpr auto functions =
    std::to_array<std::uint32_t> ({PSCI_VERSION, PSCI_FEATURES, PSCI_CPU_SUSPEND_32, PSCI_CPU_SUSPEND_64, PSCI_CPU_OFF,
                                   PSCI_CPU_ON_32, PSCI_CPU_ON_64, PSCI_AFFINITY_INFO_32, PSCI_AFFINITY_INFO_64,
                                   PSCI_MIGRATE_INFO_TYPE, PSCI_SYSTEM_OFF, PSCI_SYSTEM_RESET, SMCCC_VERSION});

// CPU_SUSPEND's power_state, in its original format. [5.4.2]
constexpr std::uint64_t reserved_of_power_state = 0xfcfe'0000;

auto code (std::int64_t value) -> Outcome {
    return returns (Next::guest, {static_cast<std::uint64_t> (value)});
}

auto features (std::uint64_t function) -> Outcome {
    const bool there_is = std::ranges::find (functions, function) != functions.end ();
    return code (there_is ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED);
}

auto cpu_on (const Guest &guest, const GuestRegisters &x, const Choice &choice) -> Outcome {
    Vm &vm             = guest.vm ();
    Vcpu *const target = vm.vcpu (x[1]);
    if (target == nullptr) { return code (PSCI_INVALID_PARAMETERS); }
    if (x[2] % 4 != 0 || !vm.has_ram (x[2], 4)) { return code (PSCI_INVALID_ADDRESS); }
    if (target->power == Power::on) { return code (PSCI_ALREADY_ON); }
    if (target->power == Power::pending) { return code (PSCI_ON_PENDING); }

    target->power   = Power::pending;
    target->entry   = x[2];
    target->context = x[3];
    if (choice.goes_on || choice.woken != 1ULL << x[1]) { return objects ("CPU_ON wakes whom it turns on"); }
    Outcome outcome = guest.exits (RAVELIN_EXIT_WAKE, choice.woken);
    outcome.answers = PSCI_SUCCESS;
    return outcome;
}

auto cpu_suspend (const Guest &guest, std::uint64_t power_state, const Choice &choice) -> Outcome {
    if ((power_state & reserved_of_power_state) != 0) { return code (PSCI_INVALID_PARAMETERS); }
    Outcome outcome = guest_waits (guest, choice);
    if (outcome.next == Next::guest) {
        outcome.x[0] = {.kind = ExpectedRegister::Kind::value, .value = PSCI_SUCCESS};
    } else {
        outcome.answers = PSCI_SUCCESS;
    }
    return outcome;
}

auto cpu_off (const Guest &guest) -> Outcome {
    guest.vcpu ().power = Power::off;
    return guest.exits (RAVELIN_EXIT_OFF);
}

auto affinity_info (const Vm &vm, std::uint64_t target, std::uint64_t level) -> Outcome {
    const Vcpu *const vcpu = vm.vcpu (target);
    if (vcpu == nullptr || level != 0) { return code (PSCI_INVALID_PARAMETERS); }
    switch (vcpu->power) {
    case Power::off:     return code (PSCI_AFFINITY_OFF);
    case Power::pending: return code (PSCI_AFFINITY_ON_PENDING);
    case Power::on:      return code (PSCI_AFFINITY_ON);
    }
    return code (PSCI_INTERNAL_FAILURE);
}

}  // namespace

auto vm_ends (const Guest &guest, std::uint64_t exit, std::uint64_t x2) -> Outcome {
    Vm &vm        = guest.vm ();
    vm.turned_off = true;
    for (auto &vcpu : vm.vcpus) {
        if (vcpu) { vcpu->power = Power::off; }
    }
    return guest.exits (exit, x2);
}

auto psci_call (const Guest &guest, const GuestRegisters &x, const Choice &choice) -> std::optional<Outcome> {
    const auto function = static_cast<std::uint32_t> (x[0]);
    GuestRegisters y    = x;
    if ((function & SMCCC_64BIT) == 0) {
        std::ranges::for_each (y, [] (std::uint64_t &value) { value &= 0xffff'ffff; });
    }
    switch (function) {
    case PSCI_VERSION:           return code (PSCI_VERSION_1_1);
    case PSCI_FEATURES:          return features (y[1]);
    case PSCI_CPU_SUSPEND_32:
    case PSCI_CPU_SUSPEND_64:    return cpu_suspend (guest, y[1], choice);
    case PSCI_CPU_OFF:           return cpu_off (guest);
    case PSCI_CPU_ON_32:
    case PSCI_CPU_ON_64:         return cpu_on (guest, y, choice);
    case PSCI_AFFINITY_INFO_32:
    case PSCI_AFFINITY_INFO_64:  return affinity_info (guest.vm (), y[1], y[2]);
    case PSCI_MIGRATE_INFO_TYPE: return code (PSCI_NO_MIGRATION);
    case PSCI_SYSTEM_OFF:        return vm_ends (guest, RAVELIN_EXIT_SYSTEM_OFF);
    case PSCI_SYSTEM_RESET:      return vm_ends (guest, RAVELIN_EXIT_SYSTEM_RESET);
    default:                     return std::nullopt;
    }
}

}  // namespace ravelin::spec

// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/psci.h"
#include "hyp/host/instruction.hpp"
#include "hyp/host/psci.hpp"
#include "hyp/vm/guest_timer.hpp"
#include "hyp/vm/guest_trap.hpp"

#include <array>
#include <optional>

namespace ravelin {

namespace {
/// [ARM DEN 0022, 5.6]
/// @param self  the caller
/// @return  nothing: its VM has ended meanwhile, and so turns nobody on
[[nodiscard]] auto turn_on (hal::Cpu &cpu, Vms &vms, Vm &vm, const Vcpu &self,
                            const std::array<std::uint64_t, 3> &arguments) -> std::optional<std::int64_t> {
    const auto [target, place, context] = arguments;
    const Ipa entry{place};
    const Locked<VmSlot> slot{cpu, vms.slot_of (vm)};
    if (self.power.load_acquire () != PowerState::on) { return std::nullopt; }
    auto *const other = vm.find_vcpu (cpu, target);
    if (other == nullptr) { return PSCI_INVALID_PARAMETERS; }
    if (!entry.is_aligned (instruction_size) || !vm.is_ram ({entry, instruction_size})) { return PSCI_INVALID_ADDRESS; }
    const auto was = other->power.load_acquire ();
    if (was != PowerState::off) { return was == PowerState::on ? PSCI_ALREADY_ON : PSCI_ON_PENDING; }
    other->entry   = entry.value ();
    other->context = context;
    other->power.store_release (PowerState::pending);
    return PSCI_SUCCESS;
}

/// [5.7]
[[nodiscard]] auto affinity_info (hal::Cpu &cpu, Vms &vms, Vm &vm, std::uint64_t target, std::uint64_t lowest_level)
    -> std::int64_t {
    const Locked<VmSlot> slot{cpu, vms.slot_of (vm)};
    const auto *const other = vm.find_vcpu (cpu, target);
    if (other == nullptr || lowest_level != 0) { return PSCI_INVALID_PARAMETERS; }
    switch (other->power.load_acquire ()) {
    case PowerState::off: return PSCI_AFFINITY_OFF;
    case PowerState::on:  return PSCI_AFFINITY_ON;
    default:              return PSCI_AFFINITY_ON_PENDING;
    }
}

/// [5.5]
void turn_off (hal::Cpu &cpu, Vms &vms, Vm &vm, Vcpu &self) {
    const Locked<VmSlot> slot{cpu, vms.slot_of (vm)};
    // If it's off by now, its VM is, and it may be on its way again.
    if (self.power.load_acquire () == PowerState::on) { self.power.store_release (PowerState::off); }
}

}  // namespace

auto end_vm (hal::Cpu &cpu, Vms &vms, GuestInterrupts &hardware, World &world, const Exit &exit) -> Next {
    Vm &vm           = world.vm (cpu);
    const auto &self = world.vcpu (cpu);
    {
        // To everybody else it's one moment.
        const Locked<VmSlot> slot{cpu, vms.slot_of (vm)};
        for (const auto &each : vm.vcpus) {
            if (each) { cpu.object<Vcpu> (*each).power.store_release (PowerState::off); }
        }
    }
    for (const auto &each : vm.vcpus) {
        if (!each) { continue; }
        auto &vcpu = cpu.object<Vcpu> (*each);
        if (&vcpu != &self) { hardware.kick (cpu, vcpu); }
    }
    return world.exit (exit);
}

auto wait_in_guest (hal::Cpu &cpu, GuestInterrupts &hardware, World &world) -> Next {
    Vm &vm = world.vm (cpu);
    // In this order: a timer that runs out between the two isn't forgotten.
    const auto next = next_timer (cpu, world.vcpu (cpu), vm.counter_offset);
    if (vm.has_gic () && VirtualGic{cpu, hardware, vm, &world.vcpu (cpu)}.update ()) { return Next::resume; }
    return world.exit ({.reason = RAVELIN_EXIT_WFI, .details = {next}});
}

auto answer_guest_psci (hal::Cpu &cpu, Vms &vms, GuestInterrupts &hardware, World &world, Registers &registers)
    -> Next {
    constexpr std::uint32_t reserved_state = 0xfcfe'0000;  // of CPU_SUSPEND's power_state  [5.4.2, original format]

    Vm &vm               = world.vm (cpu);
    Vcpu &self           = world.vcpu (cpu);
    const auto function  = static_cast<std::uint32_t> (registers.x[0]);
    const auto arguments = psci_arguments (registers);
    switch (function) {
    case PSCI_CPU_SUSPEND_32:
    case PSCI_CPU_SUSPEND_64:
        if ((arguments[0] & reserved_state) != 0) { return answer (registers, PSCI_INVALID_PARAMETERS); }
        answer (registers, PSCI_SUCCESS);
        return wait_in_guest (cpu, hardware, world);
    case PSCI_AFFINITY_INFO_32:
    case PSCI_AFFINITY_INFO_64: return answer (registers, affinity_info (cpu, vms, vm, arguments[0], arguments[1]));
    case PSCI_CPU_ON_32:
    case PSCI_CPU_ON_64:        {
        const auto result = turn_on (cpu, vms, vm, self, arguments);
        if (!result) { return world.exit ({.reason = RAVELIN_EXIT_OFF}); }
        answer (registers, *result);
        return world.wake (*result == PSCI_SUCCESS ? 1U << arguments[0] : 0);
    }
    case PSCI_CPU_OFF:      turn_off (cpu, vms, vm, self); return world.exit ({.reason = RAVELIN_EXIT_OFF});
    case PSCI_SYSTEM_OFF:   return end_vm (cpu, vms, hardware, world, {.reason = RAVELIN_EXIT_SYSTEM_OFF});    // [5.10]
    case PSCI_SYSTEM_RESET: return end_vm (cpu, vms, hardware, world, {.reason = RAVELIN_EXIT_SYSTEM_RESET});  // [5.11]
    default:                return answer_discovery (registers);
    }
}

}  // namespace ravelin

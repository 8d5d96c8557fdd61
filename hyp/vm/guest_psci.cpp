// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/psci.h"
#include "hyp/host/instruction.hpp"
#include "hyp/host/psci.hpp"
#include "hyp/vm/guest_timer.hpp"
#include "hyp/vm/guest_trap.hpp"

#include <optional>

namespace ravelin {

namespace {
/// Whether the VM of a vCPU has turned itself off, or is about to. One vCPU after the other goes off then: who is still
/// on takes itself for off too, or it would see others that are, as in no order of its call and the end.
/// @param power  the vCPU's
[[nodiscard]] auto has_ended (const Vm &vm, const hal::Shared<PowerState> &power) -> bool {
    // In this order: if the end is over, it has turned this vCPU off.
    return vm.ending.load_acquire () || power.load_acquire () != PowerState::on;
}

/// [ARM DEN 0022, 5.6]
/// @param power  the caller's
/// @return  nothing: its VM has ended meanwhile, and so turns nobody on
[[nodiscard]] auto turn_on (hal::Cpu &cpu, const Vm &vm, const hal::Shared<PowerState> &power, std::uint64_t target,
                            Ipa entry, std::uint64_t context) -> std::optional<std::int64_t> {
    if (has_ended (vm, power)) { return std::nullopt; }
    auto *const other = vm.find_vcpu (cpu, target);
    if (other == nullptr) { return PSCI_INVALID_PARAMETERS; }
    if (!entry.is_aligned (instruction_size) || !vm.is_ram ({entry, instruction_size})) { return PSCI_INVALID_ADDRESS; }
    const auto was = other->power.compare_exchange (PowerState::off, PowerState::starting);
    if (was != PowerState::off) { return was == PowerState::on ? PSCI_ALREADY_ON : PSCI_ON_PENDING; }
    // If end_vm() has been at the other already, nobody but this turns it off again.
    const bool ended = has_ended (vm, power);
    other->entry     = entry.value ();
    other->context   = context;
    other->power.store_release (ended ? PowerState::off : PowerState::pending);
    return ended ? std::nullopt : std::optional<std::int64_t>{PSCI_SUCCESS};
}

/// [5.7]
[[nodiscard]] auto affinity_info (hal::Cpu &cpu, const Vm &vm, std::uint64_t target, std::uint64_t lowest_level)
    -> std::int64_t {
    const auto *const other = vm.find_vcpu (cpu, target);
    if (other == nullptr || lowest_level != 0) { return PSCI_INVALID_PARAMETERS; }
    switch (other->power.load_acquire ()) {
    case PowerState::off: return PSCI_AFFINITY_OFF;
    case PowerState::on:  return PSCI_AFFINITY_ON;
    default:              return PSCI_AFFINITY_ON_PENDING;
    }
}

}  // namespace

auto end_vm (hal::Cpu &cpu, GuestInterrupts &hardware, World &world, const Exit &exit) -> Next {
    // From here on no vCPU turns another on. If one that does the same is done before this, all are off: nobody asks.
    auto &ending = world.vm (cpu).ending;
    ending.store_release (true);
    for (const auto &each : world.vm (cpu).vcpus) {
        if (!each) { continue; }
        auto &vcpu = cpu.object<Vcpu> (*each);
        turn_off (cpu, vcpu.power);
        if (&vcpu != &world.vcpu (cpu)) { hardware.kick (cpu, vcpu); }
    }
    ending.store_release (false);
    return world.exit (exit);
}

auto wait_in_guest (hal::Cpu &cpu, GuestInterrupts &hardware, World &world) -> Next {
    Vm &vm = world.vm (cpu);
    // In this order: a timer that runs out between the two isn't forgotten.
    const auto next = next_timer (cpu, world.vcpu (cpu), vm.counter_offset);
    if (vm.has_gic () && VirtualGic{cpu, hardware, vm, &world.vcpu (cpu)}.update ()) { return Next::resume; }
    return world.exit ({.reason = RAVELIN_EXIT_WFI, .details = {next}});
}

auto answer_guest_psci (hal::Cpu &cpu, GuestInterrupts &hardware, World &world, Registers &registers) -> Next {
    constexpr std::uint32_t reserved_state = 0xfcfe'0000;  // of CPU_SUSPEND's power_state  [5.4.2, original format]

    const Vm &vm                      = world.vm (cpu);
    auto &power                       = world.vcpu (cpu).power;
    const auto function               = static_cast<std::uint32_t> (registers.x[0]);
    const auto [first, second, third] = psci_arguments (registers);
    switch (function) {
    case PSCI_CPU_SUSPEND_32:
    case PSCI_CPU_SUSPEND_64:
        if ((first & reserved_state) != 0) { return answer (registers, PSCI_INVALID_PARAMETERS); }
        answer (registers, PSCI_SUCCESS);
        return wait_in_guest (cpu, hardware, world);
    case PSCI_AFFINITY_INFO_32:
    case PSCI_AFFINITY_INFO_64: return answer (registers, affinity_info (cpu, vm, first, second));
    case PSCI_CPU_ON_32:
    case PSCI_CPU_ON_64:        {
        const auto result = turn_on (cpu, vm, power, first, Ipa{second}, third);
        if (!result) { return world.exit ({.reason = RAVELIN_EXIT_OFF}); }
        answer (registers, *result);
        return world.wake (*result == PSCI_SUCCESS ? 1U << first : 0);
    }
    case PSCI_CPU_OFF:
        // If it's off by now, its VM is, and it may be on its way again.
        static_cast<void> (power.exchange (PowerState::on, PowerState::off));
        return world.exit ({.reason = RAVELIN_EXIT_OFF});
    case PSCI_SYSTEM_OFF:   return end_vm (cpu, hardware, world, {.reason = RAVELIN_EXIT_SYSTEM_OFF});    // [5.10]
    case PSCI_SYSTEM_RESET: return end_vm (cpu, hardware, world, {.reason = RAVELIN_EXIT_SYSTEM_RESET});  // [5.11]
    default:                return answer_discovery (registers);
    }
}

}  // namespace ravelin

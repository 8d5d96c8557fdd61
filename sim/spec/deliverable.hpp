// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/vm.hpp"

#include <cstdint>

namespace ravelin::spec {

// Which interrupts can be delivered to which vCPU.

/// Interrupts come in this order: by priority, and then by number.
[[nodiscard]] constexpr auto rank (std::uint32_t intid, std::uint8_t priority) -> std::uint32_t {
    return std::uint32_t{priority} << 10 | intid;
}

/// The vCPU that runs and has SPI @p intid in a list register; nullptr: none has.
[[nodiscard]] auto holder (const Vm &vm, std::uint32_t intid) -> const Vcpu *;

/// Whether another vCPU that runs had SPI @p intid in a list register when it went on: it may have ended it since. Or
/// it has ended one that was in none, and may come back for this one.
[[nodiscard]] auto was_offered_elsewhere (const Vm &vm, std::uint64_t number, std::uint32_t intid) -> bool;

/// Whether another vCPU of the VM that runs has the SPI in a list register.
[[nodiscard]] auto is_held_by_another (const Vm &vm, std::uint64_t number, std::uint32_t intid) -> bool;

/// Whether an interrupt may go to another vCPU too, one that isn't off and satisfies @p condition (vCPU).
template <class Condition>
[[nodiscard]] auto has_other_target (const Vm &vm, std::uint64_t number, std::uint32_t intid, Condition condition)
    -> bool {
    const unsigned targets = intid < first_spi ? 0 : vm.controller ().targets (vm.controller ().at (number, intid));
    for (std::uint64_t other = 0; targets != 0 && other < RAVELIN_MAX_VCPUS; ++other) {
        const Vcpu *const vcpu = vm.vcpu (other);
        const bool is_target   = other != number && (targets >> other & 1) != 0;
        if (is_target && vcpu != nullptr && vcpu->power != Power::off && condition (*vcpu)) { return true; }
    }
    return false;
}

/// Whether no other vCPU would do: those of its targets that are on run, don't have it and haven't just had it, and
/// come back for what waits only if they are told to.
[[nodiscard]] auto is_nobody_elses (const Vm &vm, std::uint64_t number, std::uint32_t intid) -> bool;

/// Calls @p visit (intid, interrupt) for each interrupt that can be delivered to a vCPU and that no other has.
template <class Visit>
void for_each_deliverable (const Vm &vm, std::uint64_t number, Visit visit) {
    vm.controller ().for_each_busy (number, [&] (std::uint32_t intid, const Interrupt &interrupt) {
        const bool doubtful = interrupt.active_in_doubt || interrupt.may_be_pending ();
        if (!doubtful && vm.controller ().deliverable (interrupt) && vm.controller ().reaches (number, intid) &&
            !is_held_by_another (vm, number, intid)) {
            visit (intid, interrupt);
        }
    });
}

/// Whether the guest masks an interrupt at its CPU interface, as far as can be told.
[[nodiscard]] auto is_masked (const CpuInterface &interface, const Interrupt &interrupt) -> bool;

/// Whether an interrupt can be delivered to a vCPU, and to no other, and the guest doesn't mask it.
[[nodiscard]] auto has_certain_interrupt (const Vm &vm, std::uint64_t number) -> bool;

/// Whether an interrupt can be delivered to a vCPU, if the guest doesn't mask it.
[[nodiscard]] auto has_possible_interrupt (const Vm &vm, std::uint64_t number) -> bool;

}  // namespace ravelin::spec

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/host/traps.hpp"
#include "hyp/vm/vcpu.hpp"

#include <cstdint>
#include <optional>

namespace ravelin {

/// Whether the wire of the virtual timer of this CPU, which the guest uses directly, is high.
[[nodiscard]] inline auto virtual_timer_fires (hal::Cpu &cpu) -> bool {
    constexpr auto asked =
        timer_control::enable.mask () | timer_control::masked.mask () | timer_control::status.mask ();
    return (cpu.read<hal::sysreg::cntv_ctl_el0> () & asked) ==
           (timer_control::enable.mask () | timer_control::status.mask ());
}

/// Whether the wire of a vCPU's physical timer, which is emulated, is high.
[[nodiscard]] inline auto physical_timer_fires (hal::Cpu &cpu, const Vcpu &vcpu) -> bool {
    return vcpu.physical_timer.interrupts () && cpu.read<hal::sysreg::cntpct_el0> () >= vcpu.physical_timer.compare;
}

/// The physical count at which the next of the timers of the vCPU that this CPU runs runs out and interrupts it; all
/// ones: none will.
/// @param counter_offset  of its VM
[[nodiscard]] auto next_timer (hal::Cpu &cpu, const Vcpu &vcpu, std::uint64_t counter_offset) -> std::uint64_t;

/// Which register of the physical timer: op2 of CNTP_TVAL_EL0, CNTP_CTL_EL0, CNTP_CVAL_EL0.
enum class PhysicalTimer : std::uint8_t { value, control, compare };

/// The register of the physical timer that @p which is, if it is one.
[[nodiscard]] auto physical_timer_register (hal::SystemRegister which) -> std::optional<PhysicalTimer>;

/// A guest's MRS and MSR of its physical timer.  [ARM DDI 0487, D11.2.4]
[[nodiscard]] auto read_physical_timer (hal::Cpu &cpu, const Vcpu &vcpu, PhysicalTimer which) -> std::uint64_t;
void write_physical_timer (hal::Cpu &cpu, Vcpu &vcpu, PhysicalTimer which, std::uint64_t value);

}  // namespace ravelin

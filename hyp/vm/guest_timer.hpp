// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/host/traps.hpp"
#include "hyp/vm/vcpu.hpp"

#include <cstdint>

namespace ravelin {

class World;
struct GuestInterrupts;

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

/// A guest's MSR or MRS of its physical timer, which is emulated.  [ARM DDI 0487, D11.2.4]
/// @param syndrome  ESR_EL2 of the trap
/// @return          false, and nothing done: it is of another register
[[nodiscard]] auto access_physical_timer (hal::Cpu &cpu, GuestInterrupts &hardware, World &world, Registers &registers,
                                          std::uint64_t syndrome) -> bool;

}  // namespace ravelin

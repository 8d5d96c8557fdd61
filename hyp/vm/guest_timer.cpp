// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/guest_timer.hpp"

#include "hyp/host/traps.hpp"

#include <algorithm>

namespace ravelin {

using namespace hal::sysreg;

namespace {
constexpr std::uint64_t never = ~0UL;
}

auto next_timer (hal::Cpu &cpu, const Vcpu &vcpu, std::uint64_t counter_offset) -> std::uint64_t {
    const TimerRegisters timer{cpu.read<cntv_cval_el0> (), cpu.read<cntv_ctl_el0> ()};
    const auto now   = cpu.read<cntpct_el0> ();
    const auto until = [now] (const TimerRegisters &which, std::uint64_t count) {
        const auto ticks = which.compare - count;
        return which.interrupts () && which.compare > count && ticks < never - now ? now + ticks : never;
    };
    return std::min (until (timer, now - counter_offset), until (vcpu.physical_timer, now));
}

auto physical_timer_register (hal::SystemRegister which) -> std::optional<PhysicalTimer> {
    const bool known = which.op0 == 3 && which.op1 == 3 && which.crn == 14 && which.crm == 2 && which.op2 <= 2;
    return known ? std::optional{static_cast<PhysicalTimer> (which.op2)} : std::nullopt;
}

auto read_physical_timer (hal::Cpu &cpu, const Vcpu &vcpu, PhysicalTimer which) -> std::uint64_t {
    const auto &timer = vcpu.physical_timer;
    const auto now    = cpu.read<cntpct_el0> ();
    switch (which) {
    case PhysicalTimer::value:   return static_cast<std::uint32_t> (timer.compare - now);
    case PhysicalTimer::compare: return timer.compare;
    default:                     break;
    }
    const bool over = timer_control::enable.any (timer.control) && now >= timer.compare;
    return timer.control | (over ? timer_control::status.mask () : 0);
}

void write_physical_timer (hal::Cpu &cpu, Vcpu &vcpu, PhysicalTimer which, std::uint64_t value) {
    auto &timer = vcpu.physical_timer;
    switch (which) {
    case PhysicalTimer::value:
        timer.compare = cpu.read<cntpct_el0> () + static_cast<std::uint64_t> (static_cast<std::int32_t> (value));
        break;
    case PhysicalTimer::compare: timer.compare = value; break;
    default:                     timer.control = value & (timer_control::enable.mask () | timer_control::masked.mask ()); break;
    }
}

}  // namespace ravelin

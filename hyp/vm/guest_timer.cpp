// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/guest_timer.hpp"

#include "hyp/host/syndrome.hpp"
#include "hyp/host/traps.hpp"
#include "hyp/vm/guest_trap.hpp"
#include "hyp/vm/world.hpp"

#include <algorithm>
#include <optional>

namespace ravelin {

using namespace hal::sysreg;

namespace {
constexpr std::uint64_t never = ~0UL;

/// Which register of the physical timer: op2 of CNTP_TVAL_EL0, CNTP_CTL_EL0, CNTP_CVAL_EL0.
enum class PhysicalTimer : std::uint8_t { value, control, compare };

[[nodiscard]] auto physical_timer_register (hal::SystemRegister which) -> std::optional<PhysicalTimer> {
    const bool known = which.op0 == 3 && which.op1 == 3 && which.crn == 14 && which.crm == 2 && which.op2 <= 2;
    return known ? std::optional{static_cast<PhysicalTimer> (which.op2)} : std::nullopt;
}

[[nodiscard]] auto read (hal::Cpu &cpu, const TimerRegisters &timer, PhysicalTimer which) -> std::uint64_t {
    const auto now = cpu.read<cntpct_el0> ();
    switch (which) {
    case PhysicalTimer::value:   return static_cast<std::uint32_t> (timer.compare - now);
    case PhysicalTimer::compare: return timer.compare;
    default:                     break;
    }
    const bool over = timer_control::enable.any (timer.control) && now >= timer.compare;
    return timer.control | (over ? timer_control::status.mask () : 0);
}

void write (hal::Cpu &cpu, TimerRegisters &timer, PhysicalTimer which, std::uint64_t value) {
    switch (which) {
    case PhysicalTimer::value:
        timer.compare = cpu.read<cntpct_el0> () + static_cast<std::uint64_t> (static_cast<std::int32_t> (value));
        break;
    case PhysicalTimer::compare: timer.compare = value; break;
    default:                     timer.control = value & TimerRegisters::kept; break;
    }
}
}  // namespace

auto next_timer (hal::Cpu &cpu, const Vcpu &vcpu, std::uint64_t counter_offset) -> std::uint64_t {
    // The wire is looked at before the time: a timer that runs out between the two, or is seen late, counts as running
    // out now, and is looked at again. Later than that its wire says so.
    const TimerRegisters timer{cpu.read<cntv_cval_el0> (), cpu.read<cntv_ctl_el0> ()};
    const bool physical_fires = physical_timer_fires (cpu, vcpu);
    cpu.isb ();
    const auto now   = cpu.read<cntpct_el0> ();
    const auto until = [now] (const TimerRegisters &which, std::uint64_t count, bool fires) {
        if (!which.interrupts () || fires) { return never; }
        if (which.compare <= count) { return now; }
        const auto ticks = which.compare - count;
        return ticks < never - now ? now + ticks : never;
    };
    return std::min (until (timer, now - counter_offset, timer_control::status.any (timer.control)),
                     until (vcpu.physical_timer, now, physical_fires));
}

auto access_physical_timer (hal::Cpu &cpu, GuestInterrupts &hardware, World &world, Registers &registers,
                            std::uint64_t syndrome) -> bool {
    const auto which = physical_timer_register (register_of (syndrome));
    if (!which) { return false; }
    const auto number = static_cast<unsigned> (esr::access::target.get (syndrome));
    Vcpu &vcpu        = world.vcpu (cpu);
    if (esr::access::read.any (syndrome)) {
        registers.write (number, read (cpu, vcpu.physical_timer, *which));
        return true;
    }
    write (cpu, vcpu.physical_timer, *which, registers.read (number));
    if (world.vm (cpu).has_gic ()) { static_cast<void> (VirtualGic{cpu, hardware, world.vm (cpu), &vcpu}.update ()); }
    world.set_deadline (cpu);
    return true;
}

auto World::host_is_due (hal::Cpu &cpu) const -> bool {
    return host_.timer.interrupts () && cpu.read<cntpct_el0> () >= host_.timer.compare;
}

void World::set_deadline (hal::Cpu &cpu) {
    const Vcpu &guest = vcpu (cpu);
    auto deadline     = host_.timer.interrupts () ? host_.timer.compare : never;
    if (guest.physical_timer.interrupts () && !physical_timer_fires (cpu, guest)) {
        deadline = std::min (deadline, guest.physical_timer.compare);
    }
    cpu.write<cnthp_cval_el2> (deadline);
    cpu.write<cnthp_ctl_el2> (timer_control::enable.mask ());
}

}  // namespace ravelin

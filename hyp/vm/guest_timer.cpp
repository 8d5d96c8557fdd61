// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/guest_timer.hpp"

#include "hyp/host/instruction.hpp"
#include "hyp/host/syndrome.hpp"
#include "hyp/host/traps.hpp"
#include "hyp/vm/guest_trap.hpp"
#include "hyp/vm/world.hpp"

#include <algorithm>

namespace ravelin {

using namespace hal::sysreg;

namespace {
constexpr std::uint64_t never = ~0UL;

// The registers of the physical timer; op2 says which.
constexpr hal::SystemRegister cntp_tval_el0{3, 3, 14, 2, 0};
constexpr hal::SystemRegister cntp_ctl_el0{3, 3, 14, 2, 1};
constexpr hal::SystemRegister cntp_cval_el0{3, 3, 14, 2, 2};

[[nodiscard]] auto read (hal::Cpu &cpu, const TimerRegisters &timer, hal::SystemRegister which) -> std::uint64_t {
    const auto now = cpu.read<cntpct_el0> ();
    if (which == cntp_tval_el0) { return static_cast<std::uint32_t> (timer.compare - now); }
    if (which == cntp_cval_el0) { return timer.compare; }
    const bool over = timer_control::enable.any (timer.control) && now >= timer.compare;
    return timer.control | (over ? timer_control::status.mask () : 0);
}

void write (hal::Cpu &cpu, TimerRegisters &timer, hal::SystemRegister which, std::uint64_t value) {
    if (which == cntp_ctl_el0) {
        timer.control = value & TimerRegisters::kept;
    } else if (which == cntp_cval_el0) {
        timer.compare = value;
    } else {
        timer.compare = cpu.read<cntpct_el0> () + static_cast<std::uint64_t> (static_cast<std::int32_t> (value));
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
    const auto which = register_of (syndrome);
    if (which != cntp_tval_el0 && which != cntp_ctl_el0 && which != cntp_cval_el0) { return false; }
    const auto number = static_cast<unsigned> (esr::access::target.get (syndrome));
    Vcpu &vcpu        = world.vcpu (cpu);
    if (esr::access::read.any (syndrome)) {
        registers.write (number, read (cpu, vcpu.physical_timer, which));
        return true;
    }
    write (cpu, vcpu.physical_timer, which, registers.read (number));
    // In this order: a timer that runs out between the two isn't forgotten.
    world.set_deadline (cpu);
    if (world.vm (cpu).has_gic ()) { static_cast<void> (VirtualGic{cpu, hardware, world.vm (cpu), &vcpu}.update ()); }
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

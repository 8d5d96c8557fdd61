// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/guest_timer.hpp"
#include "hyp/vm/guest_trap.hpp"

namespace ravelin {

auto take_guest_interrupt (hal::Cpu &cpu, GuestInterrupts &hardware, World &world) -> Next {
    constexpr Exit to_host{.reason = RAVELIN_EXIT_INTERRUPT};

    Vm &vm           = world.vm (cpu);
    Vcpu &vcpu       = world.vcpu (cpu);
    const auto intid = hardware.gic.first_pending (cpu);
    switch (intid) {
    case Gic::virtual_timer_intid:
        // Another's timer interrupts nobody here; but the host may have made its interrupt pending.
        if (!virtual_timer_fires (cpu)) { return world.exit (to_host); }
        // It has come, so it wasn't active any more.
        hardware.gic.change (cpu, intid, Gic::PpiChange::set_active);
        vcpu.timer_held = true;
        break;
    case Gic::kick_intid:
        hardware.kicks.take (cpu, hardware.gic);
        if (vcpu.power.load_acquire () != PowerState::on) { return world.exit ({.reason = RAVELIN_EXIT_OFF}); }
        break;
    case Gic::el2_timer_intid:
        if (world.host_is_due (cpu)) { return world.exit (to_host); }
        // Before timers are looked at: one that runs out meanwhile isn't forgotten.
        world.set_deadline (cpu);
        [[fallthrough]];
    case Gic::maintenance_intid:
        // Level-sensitive: it ends with its cause, unless the host has made it pending.
        hardware.gic.change (cpu, intid, Gic::PpiChange::clear_pending);
        break;
    default: return world.exit (to_host);
    }
    if (vm.has_gic ()) { static_cast<void> (VirtualGic{cpu, hardware, vm, &vcpu}.update ()); }
    return Next::resume;
}

}  // namespace ravelin

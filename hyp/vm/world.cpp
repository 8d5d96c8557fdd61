// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/world.hpp"

#include "hyp/abi/status.h"
#include "hyp/host/traps.hpp"
#include "hyp/mem/vmid_scope.hpp"
#include "hyp/vm/guest_timer.hpp"

#include <algorithm>

namespace ravelin {

using namespace hal::sysreg;

auto World::enter_guest (hal::Cpu &cpu, GuestInterrupts &hardware) -> Registers & {
    constexpr std::uint64_t multiprocessor = 1UL << 31;  // MPIDR_EL1: RES1

    Vm &guest_vm = vm (cpu);
    Vcpu &guest  = vcpu (cpu);

    host_.save (cpu);
    host_.mdscr = cpu.read<mdscr_el1> ();
    host_.timer = {cpu.read<cntv_cval_el0> (), cpu.read<cntv_ctl_el0> ()};
    host_.hcr   = cpu.read<hcr_el2> ();

    hold_stage1 (cpu, host_.stage1.tcr);
    cpu.write<vtcr_el2> (guest_vm.vtcr);
    cpu.write<vttbr_el2> (guest_vm.vttbr);
    cpu.write<hcr_el2> (hcr::guest);
    cpu.write<cptr_el2> (cptr::guest);
    cpu.write<mdcr_el2> (cpu.read<mdcr_el2> () | mdcr::guest);
    cpu.write<cnthctl_el2> (cnthctl::guest);
    cpu.write<vmpidr_el2> (multiprocessor | guest.number);
    cpu.isb ();

    // vCPUs of a VM share its VMID, and each invalidates only its own TLB: what another left here is a
    // stranger's.
    auto &last = guest_vm.last_vcpu[cpu.index ().value ()];
    if (last.load_acquire () != guest.number + 1) {
        cpu.tlbi_vmalle1 ();
        cpu.ic_iallu ();
        cpu.dsb<hal::Dsb::ish> ();
        cpu.isb ();
        last.store_release (guest.number + 1);
    }

    cpu.write<mdscr_el1> (0);
    cpu.write<cntv_ctl_el0> (0);
    cpu.write<cntvoff_el2> (guest_vm.counter_offset);
    cpu.write<cntv_cval_el0> (guest.virtual_timer.compare);
    cpu.write<cntv_ctl_el0> (guest.virtual_timer.control);
    set_deadline (cpu);
    host_.timer_disabled = hardware.gic.enable_for_guest (cpu);
    if (guest_vm.has_gic ()) { VirtualGic{cpu, hardware, guest_vm, &guest}.enter (); }
    guest.restore (cpu);
    is_guest_ = true;
    return guest.registers;
}

auto World::enter_host (hal::Cpu &cpu, GuestInterrupts &hardware, std::uint64_t vttbr) -> Registers & {
    Vcpu &guest  = vcpu (cpu);
    Vm &guest_vm = vm (cpu);

    guest.save (cpu);
    guest.virtual_timer = {cpu.read<cntv_cval_el0> (), cpu.read<cntv_ctl_el0> () & TimerRegisters::kept};
    if (guest_vm.has_gic () && VirtualGic{cpu, hardware, guest_vm, &guest}.leave () &&
        exit_.reason == RAVELIN_EXIT_WFI) {
        exit_.details[0] = 0;
    }
    if (guest_has_fp_) {
        guest.fp.save (cpu);
        host_.fp.restore (cpu);
        guest_has_fp_ = false;
    }

    hold_stage1 (cpu, guest.stage1.tcr);
    cpu.write<vtcr_el2> (vtcr (HostStage2Format::input_bits));
    cpu.write<vttbr_el2> (vttbr);
    cpu.write<hcr_el2> (host_.hcr);
    cpu.write<cptr_el2> (cptr::host);
    cpu.write<mdcr_el2> ((cpu.read<mdcr_el2> () & ~mdcr::guest) | mdcr::host);
    cpu.write<cnthctl_el2> (cnthctl::host);
    cpu.write<vmpidr_el2> (cpu.read<mpidr_el1> ());
    cpu.write<cnthp_ctl_el2> (0);
    cpu.isb ();

    cpu.write<mdscr_el1> (host_.mdscr);
    cpu.write<cntv_ctl_el0> (0);
    cpu.write<cntvoff_el2> (0);
    if (guest.timer_held) {
        hardware.gic.change (cpu, Gic::virtual_timer_intid, Gic::PpiChange::clear_active);
        guest.timer_held = false;
    }
    if (host_.timer_disabled) { hardware.gic.change (cpu, Gic::virtual_timer_intid, Gic::PpiChange::disable); }
    cpu.write<cntv_cval_el0> (host_.timer.compare);
    cpu.write<cntv_ctl_el0> (host_.timer.control);
    host_.restore (cpu);
    auto &x = host_.registers.x;
    x[0]    = RAVELIN_SUCCESS;
    x[1]    = exit_.reason;
    std::ranges::copy (exit_.details, &x[2]);
    is_guest_ = false;
    guest.running.store_release (0);
    return host_.registers;
}

void World::give_fp (hal::Cpu &cpu) {
    cpu.write<cptr_el2> (cptr::guest_with_fp);
    cpu.isb ();
    host_.fp.save (cpu);
    vcpu (cpu).fp.restore (cpu);
    guest_has_fp_ = true;
}

void World::keep_serror (hal::Cpu &cpu) {
    constexpr auto pending = hcr::host | hcr::amo.mask () | hcr::vse.mask ();
    if (is_guest_) {
        host_.hcr = pending;
    } else {
        cpu.write<hcr_el2> (pending);
    }
}

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/specification.hpp"

#include "hyp/abi/psci.h"
#include "sim/spec/following.hpp"
#include "sim/spec/listing.hpp"
#include "sim/spec/waking.hpp"

#include <algorithm>
#include <ranges>
#include <stdexcept>

namespace ravelin::spec {

Specification::Specification (const Setup &setup)
    : world_{.state   = State{.memory       = Memory{setup.ram, setup.ravelin},
                              .vms          = {},
                              .used_handles = {},
                              .cpus         = std::vector<std::optional<VcpuName>> (setup.cpus)},
             .touched = {}} {}

auto Specification::host_call (std::size_t cpu, const CallRegisters &x, const Choice &choice) -> Outcome {
    if (world_.state.cpus.at (cpu)) { throw std::logic_error ("a CPU in a guest can't make a call of the host's"); }
    begin_step (x[1]);

    const HostCall call{world_, cpu, x, choice};
    switch (static_cast<std::uint32_t> (x[0])) {
    case RAVELIN_VM_CREATE:   return vm_create (call);
    case RAVELIN_VM_FIND:     return vm_find (call);
    case RAVELIN_ID_REGISTER: return id_register (call);
    case RAVELIN_VM_ADD_RAM:  return vm_add_ram (call);
    case RAVELIN_VM_TOP_UP:   return vm_top_up (call);
    case RAVELIN_VM_DONATE:   return vm_donate (call);
    case RAVELIN_VM_LEND:     return vm_lend (call);
    case RAVELIN_VM_PROTECT:  return vm_protect (call);
    case RAVELIN_VM_UNMAP:    return vm_unmap (call);
    case RAVELIN_VCPU_CREATE: return vcpu_create (call);
    case RAVELIN_VCPU_RUN:    return vcpu_run (call);
    case RAVELIN_VCPU_GET:    return vcpu_get (call);
    case RAVELIN_VCPU_SET:    return vcpu_set (call);
    case RAVELIN_VM_SET_GIC:  return vm_set_gic (call);
    case RAVELIN_VM_SET_TIME: return vm_set_time (call);
    case RAVELIN_VM_SET_LINE: return vm_set_line (call);
    case RAVELIN_GIC_GET:     return gic_get (call);
    case RAVELIN_GIC_SET:     return gic_set (call);
    case RAVELIN_VM_DESTROY:  return vm_destroy (call);
    case RAVELIN_VM_RECLAIM:  return vm_reclaim (call);
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:   return system_ends (call);
    default:                  return Outcome{.next = Next::unspecified};
    }
}

auto Specification::hardware_did (std::size_t cpu, const Hardware &now) -> std::string_view {
    const Guest guest{world_, cpu};
    Vcpu &vcpu         = guest.vcpu ();
    vcpu.virtual_timer = now.virtual_timer;
    return now.interface == vcpu.interface ? std::string_view{}
                                           : follow (guest.vm (), guest.name ().number, now.interface);
}

auto Specification::resumes (std::size_t cpu, const Hardware &now) -> std::string_view {
    const Guest guest{world_, cpu};
    Vm &vm                     = guest.vm ();
    Vcpu &vcpu                 = guest.vcpu ();
    const std::uint64_t number = guest.name ().number;
    const Timer &timer         = vcpu.physical_timer;
    const std::uint64_t count  = world_.state.last_count;
    set_timer_wires (vm, count, count);

    // Without a GIC nobody tells it before its next trap.
    if (vcpu.power != Power::on && vm.gic && !now.interrupted) { return "a vCPU that is off goes on"; }
    if (now.virtual_timer != vcpu.virtual_timer) { return "the virtual timer of a vCPU that goes on"; }
    if (vm.gic && vcpu.interface_known && !has_same_registers (now.interface, vcpu.interface)) {
        return "registers of the CPU interface of a vCPU that goes on";
    }
    const bool looked = world_.touched.looked;
    if (const auto why = objection_to (vm, number, now, looked); !why.empty ()) { return why; }
    const bool waits = vm.gic && timer.runs () && timer.compare_value > count;
    if (!now.interrupted && waits && now.wakes_at > timer.compare_value) { return "a vCPU's timer is forgotten"; }

    if (!now.interrupted) { settle_doubts (vm, number, now.interface); }
    if (looked) { settle_late_writes (vm, number, now.interface); }
    if (looked || now.interface.list != vcpu.interface.list) { vcpu.offered = now.interface; }
    vcpu.interface       = now.interface;
    vcpu.interface_known = true;
    return {};
}

auto Specification::must_be_told (std::size_t cpu) const -> bool {
    const std::optional<VcpuName> &name = world_.state.cpus.at (cpu);
    return name && spec::must_be_told (*world_.state.vm (name->vm), name->number);
}

auto Specification::guest_call (std::size_t cpu, const GuestRegisters &x, const Choice &choice) -> Outcome {
    return guest_step (cpu, choice, [&] (const Guest &guest) { return spec::guest_call (guest, x, choice); });
}

auto Specification::guest_fault (std::size_t cpu, const GuestFault &fault, const Choice &choice) -> Outcome {
    const auto step = [&] (const Guest &guest) {
        return spec::guest_fault (guest, fault, choice);
    };
    return guest_step (cpu, choice, step, Guest{world_, cpu}.vm ().overlaps_gic (fault.ipa, 1));
}

auto Specification::guest_timer (std::size_t cpu, const TimerAccess &access, const Choice &choice) -> Outcome {
    return guest_step (cpu, choice, [&] (const Guest &guest) { return spec::guest_timer (guest, access, choice); });
}

auto Specification::guest_waits (std::size_t cpu, const Choice &choice) -> Outcome {
    return guest_step (cpu, choice, [&] (const Guest &guest) { return spec::guest_waits (guest, choice); });
}

auto Specification::interrupt (std::size_t cpu, const Choice &choice) -> Outcome {
    return guest_step (cpu, choice, [&] (const Guest &guest) {
        world_.touched.gic    = guest.name ().vm;
        world_.touched.looked = true;
        if (choice.goes_on) { return Outcome{.next = Next::guest}; }
        if (choice.woken == 0) { return guest.exits (RAVELIN_EXIT_INTERRUPT); }
        // An interrupt that the vCPU gave back may be another's now.
        const auto why = objection_to_waking (guest.vm (), choice.woken);
        return why.empty () ? guest.exits (RAVELIN_EXIT_WAKE, choice.woken) : objects (why);
    });
}

auto Specification::host_reaches (PageNumber pa) const -> bool {
    const Page *const page = world_.state.memory.find (pa);
    return page != nullptr && spec::host_reaches (*page);
}

auto Specification::mapping (Handle handle, PageNumber ipa) const -> const Mapping * {
    const Vm *const vm = world_.state.vm (handle);
    return vm == nullptr ? nullptr : vm->space.find (ipa);
}

void Specification::begin_step (Handle handle) {
    world_.touched.pages.clear ();
    world_.touched.mappings.clear ();
    world_.touched.gic.reset ();
    world_.touched.looked = false;
    if (Vm *const vm = world_.state.vm (handle); vm != nullptr) {
        set_timer_wires (*vm, world_.state.first_count, world_.state.last_count);
    }
}

template <class Step>
auto Specification::guest_step (std::size_t cpu, const Choice &choice, Step step, bool when_off) -> Outcome {
    const Guest guest{world_, cpu};
    begin_step (guest.name ().vm);
    const bool off = guest.vcpu ().power != Power::on && !choice.goes_on;
    if (!off || when_off) {
        Outcome outcome = step (guest);
        if (!off || !outcome.objection.empty ()) { return outcome; }
    }
    // Its VM has been turned off meanwhile, and perhaps it itself on again. Why it leaves doesn't matter any more.
    Outcome outcome = world_.state.cpus.at (cpu) ? guest.exits (RAVELIN_EXIT_OFF) : returns (Next::host, {0});
    std::ranges::for_each (outcome.x | std::views::drop (1),
                           [] (ExpectedRegister &x) { x.kind = ExpectedRegister::Kind::any; });
    return outcome;
}

}  // namespace ravelin::spec

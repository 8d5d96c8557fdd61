// SPDX-License-Identifier: BSD-2-Clause

// What hosts do.
#include "hyp/abi/host_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/status.h"
#include "hyp/abi/vm_calls.h"
#include "sim/threads/life.hpp"
#include "sim/threads/places.hpp"

namespace ravelin::sim::threads {

using Layout = Places::Layout;

void Life::step () {
    if (!cpu_.in_guest ()) {
        host_step ();
        return;
    }
    if (cpu_.board ().is_woken (cpu_.index ())) {
        cpu_.interrupt ();
    } else {
        guest_step ();
    }
    if (!cpu_.in_guest () && cpu_.registers ().x[1] == RAVELIN_EXIT_PAGE) { give_page (); }
}

auto Life::draw_ipa () -> std::uint64_t {
    constexpr std::uint64_t wanted = Places::pages + 2;
    const auto drawn               = random_.below (wanted);
    return drawn < Places::pages    ? Layout::data_ipa (static_cast<unsigned> (drawn)).value ()
           : drawn == Places::pages ? Places::block_ipa.value ()
                                    : Layout::outside.value ();
}

void Life::make_vm (unsigned vm) {
    constexpr std::uint64_t ipa_bits = 40;

    const bool is_protected = Handles::is_protected (vm);
    const auto &x           = cpu_.registers ().x;
    cpu_.call ({RAVELIN_VM_CREATE, Layout::control (vm).value (), ipa_bits | (is_protected ? RAVELIN_VM_PROTECTED : 0),
                vcpus});
    if (x[0] != RAVELIN_SUCCESS) { return; }
    const auto handle = x[1];
    handles_.set (vm, handle);
    cpu_.call ({RAVELIN_VM_TOP_UP, handle, Layout::tables (vm).value (), 1});
    cpu_.call ({RAVELIN_VM_TOP_UP, handle, Places::more_tables (vm).value (), Places::spare});
    cpu_.call (
        {RAVELIN_VM_SET_GIC, handle, Places::distributor.value (), Places::cpu_interface.value (), Places::intids});
    cpu_.call ({RAVELIN_VM_ADD_RAM, handle, Places::ram.start.value (), Places::ram.size});
    if (is_protected) {
        cpu_.call ({RAVELIN_VM_DONATE, handle, Layout::firmware_ipa.value (), Layout::firmware (vm).value (),
                    RAVELIN_FIRMWARE_PAGES});
    }
    for (unsigned i = 0; i < vcpus; ++i) {
        cpu_.call ({RAVELIN_VCPU_CREATE, handle, i, Layout::vcpu (vm, i).value (), Layout::firmware_ipa.value (), 0,
                    i == 0 ? 0 : std::uint64_t{RAVELIN_VCPU_OFF}});
    }
}

void Life::host_step () {
    const auto vm     = static_cast<unsigned> (random_.below (Handles::vms));
    const auto handle = handles_.of (vm);
    switch (random_.below (16)) {
    case 0:  make_vm (vm); break;
    case 1:
    case 2:  change_memory (handle); break;
    case 3:  look_at_vcpus (handle); break;
    case 4:  end_vm (handle); break;
    case 5:  use_power (); break;
    case 6:  cpu_.call ({RAVELIN_VM_SET_LINE, handle, 32 + random_.below (4), random_.below (2)}); break;
    case 7:  cpu_.call ({RAVELIN_TRAP_COUNT, random_.below (cpu_.board ().cpus ()), RAVELIN_TRAP_HVC}); break;
    case 8:  draw_vcpu (); [[fallthrough]];
    default: run_vcpu (); break;
    }
}

void Life::draw_vcpu () {
    vm_   = static_cast<unsigned> (random_.below (Handles::vms));
    vcpu_ = random_.below (vcpus);
}

void Life::run_vcpu () {
    const auto &x   = cpu_.registers ().x;
    const bool once = random_.below (8) == 0;
    cpu_.call ({RAVELIN_VCPU_RUN, handles_.of (vm_), vcpu_, 0, once ? RAVELIN_RUN_DONE_ONLY : RAVELIN_RUN_DONE});
    // One that is off, that another CPU has, or that isn't there, may be for long.
    if (!cpu_.in_guest () && (x[0] != RAVELIN_SUCCESS || x[1] == RAVELIN_EXIT_OFF)) { draw_vcpu (); }
}

void Life::give_page () {
    const auto ipa = cpu_.registers ().x[2];
    const auto pa  = Layout::data (static_cast<unsigned> (random_.below (Places::pages))).value ();
    cpu_.call ({Handles::is_protected (vm_) ? RAVELIN_VM_DONATE : RAVELIN_VM_LEND, handles_.of (vm_),
                ipa & ~(page_size - 1), pa, 1, random_.below (2)});
}

void Life::change_memory (std::uint64_t handle) {
    const auto ipa   = draw_ipa ();
    const bool block = ipa == Places::block_ipa.value () && random_.below (2) == 0;
    const auto pages = block ? RAVELIN_BLOCK_PAGES : 1;
    const auto pa    = ipa == Places::block_ipa.value ()
                           ? Places::block
                           : Layout::data (static_cast<unsigned> (random_.below (Places::pages)));
    switch (random_.below (5)) {
    case 0: cpu_.call ({RAVELIN_VM_DONATE, handle, ipa, pa.value (), pages}); break;
    case 1: cpu_.call ({RAVELIN_VM_LEND, handle, ipa, pa.value (), pages, random_.below (2)}); break;
    case 2: cpu_.call ({RAVELIN_VM_PROTECT, handle, ipa, pages, random_.below (2)}); break;
    case 3: cpu_.call ({RAVELIN_VM_UNMAP, handle, ipa, pages}); break;
    default:
        cpu_.abort (esr::Class::data_abort_lower, Ipa{pa.value ()}, esr::fault::type.put (esr::fault::translation));
        break;
    }
}

void Life::look_at_vcpus (std::uint64_t handle) {
    constexpr std::uint64_t enables = 0x100;  // GICD_ISENABLER0

    const auto vcpu = random_.below (vcpus);
    switch (random_.below (5)) {
    case 0:  cpu_.call ({RAVELIN_VCPU_GET, handle, vcpu, RAVELIN_REGISTER_PC}); break;
    case 1:  cpu_.call ({RAVELIN_VCPU_SET, handle, vcpu, RAVELIN_REGISTER_POWER, random_.below (2)}); break;
    case 2:  cpu_.call ({RAVELIN_GIC_GET, handle, vcpu, enables}); break;
    case 3:  cpu_.call ({RAVELIN_GIC_SET, handle, vcpu, enables, random_.next () & 0xffff'ffff}); break;
    default: cpu_.call ({RAVELIN_VM_SET_TIME, handle, random_.below (1000)}); break;
    }
}

void Life::end_vm (std::uint64_t handle) {
    // More than a VM has in blocks and batches.
    constexpr unsigned most_calls = 16;

    cpu_.call ({RAVELIN_VM_FIND, 0});
    if (random_.below (8) == 0) { cpu_.call ({RAVELIN_VM_DESTROY, handle}); }
    const auto &x = cpu_.registers ().x;
    for (unsigned i = 0; i < most_calls; ++i) {
        cpu_.call ({RAVELIN_VM_RECLAIM, handle});
        if (x[0] != static_cast<std::uint64_t> (RAVELIN_AGAIN)) { break; }
    }
}

void Life::use_power () {
    const auto target = random_.below (cpu_.board ().cpus ());
    switch (random_.below (8)) {
    case 0:
        if (cpu_.index () != CpuIndex{0}) { cpu_.call ({PSCI_CPU_OFF}); }
        break;
    case 1:
    case 2:  cpu_.call ({PSCI_AFFINITY_INFO_64, target, 0}); break;
    default: cpu_.call ({PSCI_CPU_ON_64, target, Layout::host_code, random_.next ()}); break;
    }
}

}  // namespace ravelin::sim::threads

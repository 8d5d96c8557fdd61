// SPDX-License-Identifier: BSD-2-Clause

// Where what is explored of interrupts begins: a host that takes its own, and a VM with a GIC whose vCPUs have run.
#include "hyp/abi/status.h"
#include "hyp/abi/vm_calls.h"
#include "sim/explore/explored_machine.hpp"
#include "sim/explore/units_of_time.hpp"
#include "sim/models/gic400_cpu_state.hpp"

#include <stdexcept>

namespace ravelin::sim::explore {

namespace {
namespace interface = gic_interface_offset;

// Registers of the host's GIC, and of the VM's.
constexpr std::uint64_t gicd_ctlr       = 0x000;
constexpr std::uint64_t gicd_isenabler  = 0x100;
constexpr std::uint64_t gicd_ipriorityr = 0x400;
constexpr std::uint64_t gicd_icfgr      = 0xc08;  // of INTID 32 to 47
constexpr std::uint64_t word            = 4;

constexpr std::uint64_t intids = 64;
}  // namespace

void ExploredMachine::begin_with_gic () {
    open_hosts_gic ();
    machine_.clock ().advance_to (units::first * units::length);
    const auto host_call = [this] (std::initializer_list<std::uint64_t> values) {
        call (0, values);
        if (registers_[0].x[0] != RAVELIN_SUCCESS) { throw std::logic_error{"a VM can't be made"}; }
    };
    normalise ();
    host_call ({RAVELIN_VM_CREATE, Layout::control (0).value (), 40, scope_.vcpus});
    const std::uint64_t handle = handles_[0] = registers_[0].x[1];
    host_call ({RAVELIN_VM_ADD_RAM, handle, Layout::ram.start.value (), Layout::ram.size});
    host_call ({RAVELIN_VM_TOP_UP, handle, Layout::tables_with_gic (0).value (), Layout::gic_tables});
    host_call ({RAVELIN_VM_SET_GIC, handle, Layout::gicd.value (), Layout::gicc.value (), intids});
    host_call ({RAVELIN_VM_SET_TIME, handle, 0});
    for (std::uint64_t number = 0; number < scope_.vcpus; ++number) {
        host_call ({RAVELIN_VCPU_CREATE, handle, number, Layout::vcpu (0, static_cast<unsigned> (number)).value (),
                    Layout::ram.start.value (), 0, 0});
    }
    for (unsigned number = 0; number < scope_.vcpus; ++number) {
        call (0, {RAVELIN_VCPU_RUN, handle, number, 0, 0});
        open_guests_gic ();
        interrupt_as_host (0);
        normalise ();
    }
}

void ExploredMachine::open_hosts_gic () {
    for (std::uint32_t i = 0; i < scope_.cpus; ++i) {
        const CpuIndex cpu{i};
        auto &gic = machine_.gic ();
        gic.distributor ().write ({.cpu = cpu, .offset = gicd_ctlr, .size = word}, 1);
        gic.distributor ().write ({.cpu = cpu, .offset = gicd_isenabler, .size = word}, ~0U);
        gic.cpu_interface ().write ({.cpu = cpu, .offset = interface::pmr, .size = word}, 0xff);
        gic.cpu_interface ().write ({.cpu = cpu, .offset = interface::ctlr, .size = word}, 1);
        set_virtual_timer (static_cast<std::uint8_t> (i), {});
    }
}

void ExploredMachine::open_guests_gic () {
    guest_interrupt_step ({.action = Action::gicc_control, .option = gicc::on});
    guest_interrupt_step ({.action = Action::gicd_control, .option = 1});
    std::uint32_t priority = 0xa0;
    for (const std::uint8_t intid : intids_of (scope_)) {
        for (const std::uint8_t change : {gicd::enable, gicd::to_first}) {
            guest_interrupt_step ({.action = Action::gicd_change, .option = change, .intid = intid});
        }
        // Each may interrupt the one before.
        access_gicd (0, true, gicd_ipriorityr + intid, 1, priority);
        priority -= 0x10;
    }
    // But for the first, SPIs are edges.
    if (scope_.spis != 0) { access_gicd (0, true, gicd_icfgr, word, 0xaaaa'aaa8); }
}

}  // namespace ravelin::sim::explore

// SPDX-License-Identifier: BSD-2-Clause

// Steps that are about interrupts and timers.
#include "hyp/abi/vm_calls.h"
#include "sim/explore/expected.hpp"
#include "sim/explore/explored_machine.hpp"
#include "sim/explore/units_of_time.hpp"
#include "sim/models/gic400_cpu_state.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace ravelin::sim::explore {

using namespace hal::sysreg;

namespace {
namespace interface = gic_interface_offset;

constexpr std::uint64_t word      = 4;
constexpr std::uint64_t gicd_ctlr = 0x000;
constexpr std::uint64_t gicd_sgir = 0xf00;

// GICC_CTLR: both groups, and IAR takes both.
constexpr std::uint32_t both_groups =
    GicCpuState::enable_group0 | GicCpuState::enable_group1 | GicCpuState::ack_control;

// GICC_PMR: that lets everything through, and one that holds back what isn't urgent.
constexpr std::uint32_t lets_all    = 0xf8;
constexpr std::uint32_t lets_urgent = 0x80;

constexpr std::uint32_t urgent_priority = 0x40;
constexpr std::uint32_t usual_priority  = 0xa0;

// An interrupt of the host's.
constexpr std::uint32_t hosts_sgi = 3;

/// A register of a distributor, and what is written there.
struct Register {
    std::uint64_t offset;
    std::uint64_t size;
    std::uint32_t value;
};

/// The register of GICD_ISENABLER and its like that has the bit of @p intid: those of change::enable to deactivate
/// follow one another.
[[nodiscard]] auto bits_of (std::uint8_t change, std::uint8_t intid) -> Register {
    constexpr std::uint64_t first = 0x100;
    constexpr std::uint64_t apart = 0x80;
    return {first + change * apart + intid / 32 * word, word, 1U << intid % 32};
}

[[nodiscard]] auto group_of (std::uint8_t intid) -> Register {
    return {0x080U + intid / 32 * word, word, 1U << intid % 32};
}

[[nodiscard]] auto priority_of (std::uint8_t intid, std::uint32_t value) -> Register {
    return {0x400U + intid, 1, value};
}

[[nodiscard]] auto targets_of (std::uint8_t intid, std::uint32_t value) -> Register {
    return {0x800U + intid, 1, value};
}

/// GICD_CPENDSGIR and SPENDSGIR: an SGI that every vCPU has sent, or the first.
[[nodiscard]] auto senders_of (std::uint8_t change, std::uint8_t intid) -> Register {
    return change == gicd::pend ? Register{0xf20U + intid, 1, 1} : Register{0xf10U + intid, 1, 0xff};
}

/// Where the change is read, and made but for groups.
[[nodiscard]] auto register_of (std::uint8_t change, std::uint8_t intid) -> Register {
    switch (change) {
    case gicd::pend:
    case gicd::unpend: return intid < spec::first_ppi ? senders_of (change, intid) : bits_of (change, intid);
    case gicd::urgent: return priority_of (intid, urgent_priority);
    case gicd::usual:  return priority_of (intid, usual_priority);
    case gicd::group0:
    case gicd::group1: return group_of (intid);
    default:
        return change < gicd::urgent ? bits_of (change, intid)
                                     : targets_of (intid, static_cast<std::uint32_t> (change - gicd::to_nobody));
    }
}
}  // namespace

auto ExploredMachine::moment_of (std::uint8_t option) -> Ticks {
    const Ticks now = units::of (machine_.clock ().now ());
    switch (option) {
    case moment::soon:  return (now + 1) * units::length;
    case moment::never: return never;
    default:            return now * units::length;
    }
}

auto ExploredMachine::timer_of (std::uint8_t option, Ticks offset) -> TimerSetting {
    constexpr std::uint64_t enable = 1;
    constexpr std::uint64_t masked = 2;
    const Ticks moment             = moment_of (option);
    return {.control       = option == moment::off      ? 0
                             : option == moment::masked ? enable | masked
                                                        : enable,
            .compare_value = moment == never ? never : moment - offset};
}

void ExploredMachine::set_virtual_timer (std::uint8_t cpu, const TimerSetting &timer) {
    auto &hal = machine_.cpu (std::uint32_t{cpu}).hal ();
    hal.write<cntv_cval_el0> (timer.compare_value);
    hal.write<cntv_ctl_el0> (timer.control);
}

void ExploredMachine::host_interrupt_step (const Step &step) {
    const std::uint64_t handle = handles_[step.vm];
    switch (step.action) {
    case Action::vm_set_line:
        call (step.cpu, {RAVELIN_VM_SET_LINE, handle, step.intid, step.option == wire::down ? 0U : 1U});
        if (step.option == wire::pulse) { call (step.cpu, {RAVELIN_VM_SET_LINE, handle, step.intid, 0U}); }
        break;
    case Action::gic_get:
        call (step.cpu,
              {RAVELIN_GIC_GET, handle, step.vcpu, register_of (step.option, step.intid).offset / word * word});
        break;
    case Action::host_sets_timer:
        hosts_timers_[step.cpu] = timer_of (step.option, 0);
        set_virtual_timer (step.cpu, hosts_timers_[step.cpu]);
        break;
    case Action::host_takes_interrupt: take_as_host (step.cpu); break;
    default:                           throw std::logic_error{"the host doesn't do what guests do"};
    }
}

void ExploredMachine::take_as_host (std::uint8_t cpu) {
    constexpr std::uint64_t intid_mask = 0x3ff;
    auto &device                       = machine_.gic ().cpu_interface ();
    const CpuIndex index{cpu};
    const auto taken = device.read ({.cpu = index, .offset = interface::iar, .size = word});
    // A level would come again at once.
    if ((taken & intid_mask) == spec::virtual_timer) {
        hosts_timers_[cpu].control = 0;
        set_virtual_timer (cpu, hosts_timers_[cpu]);
    }
    if ((taken & intid_mask) < GicState::special_intids) {
        device.write ({.cpu = index, .offset = interface::eoir, .size = word}, taken);
    }
}

void ExploredMachine::take_as_el2 (std::uint8_t cpu) {
    const auto first = [&] {
        return machine_.gic ().cpu_interface ().read ({.cpu = CpuIndex{cpu}, .offset = interface::hppir, .size = word});
    };
    const auto taken = first ();
    static_cast<void> (machine_.cpu (std::uint32_t{cpu}).interrupt (registers_[cpu]));
    if (guest_on (cpu) && first () == taken) { differ ("a guest is interrupted for ever, and by the same"); }
}

void ExploredMachine::interrupt_as_host (std::uint8_t cpu) {
    const std::uint64_t target = 1ULL << (16U + cpu);
    auto &processor            = machine_.cpu (std::uint32_t{cpu});
    machine_.gic ().distributor ().write ({.cpu = CpuIndex{cpu}, .offset = gicd_sgir, .size = word},
                                          target | hosts_sgi);
    static_cast<void> (processor.interrupt (registers_[cpu]));
    if (!guest_on (cpu)) { take_as_host (cpu); }
}

void ExploredMachine::access_gicd (std::uint8_t cpu, bool write, std::uint64_t offset, std::uint64_t size,
                                   std::uint32_t value) {
    access_gic (cpu, Layout::gicd + offset, write, size, value);
}

void ExploredMachine::access_gic (std::uint8_t cpu, Ipa ipa, bool write, std::uint64_t size, std::uint32_t value) {
    constexpr std::uint64_t translation_fault = 0b00'0111;
    registers_[cpu].x[1]                      = value;
    abort (cpu, esr::Class::data_abort_lower, ipa,
           esr::valid.mask () | esr::access_size.put (size == word ? 2 : 0) | esr::transfer_register.put (1) |
               esr::write.put (write ? 1 : 0) | translation_fault);
}

void ExploredMachine::write_gicc (std::uint8_t cpu, std::uint64_t offset, std::uint32_t value) {
    machine_.gic ().virtual_interface ().write ({.cpu = CpuIndex{cpu}, .offset = offset, .size = word}, value);
    checker_.follow_hardware ();
}

void ExploredMachine::change_interrupt (const Step &step) {
    auto [offset, size, value] = register_of (step.option, step.intid);
    if (step.option == gicd::group0 || step.option == gicd::group1) {
        // Those of the others stay.
        const std::uint32_t bit   = value;
        value                     = step.option == gicd::group1 ? bit : 0;
        const auto &gic           = checker_.specification ().state ().vm (handles_[0])->controller ();
        const std::uint32_t first = step.intid / 32U * 32;
        for (std::uint32_t i = 0; i < 32; ++i) {
            const bool other = first + i != step.intid && gic.has (first + i);
            if (other && gic.at (vcpu_on (step.cpu), first + i).group1) { value |= 1U << i; }
        }
    }
    access_gicd (step.cpu, true, offset, size, value);
}

void ExploredMachine::guest_interrupt_step (const Step &step) {
    switch (step.action) {
    case Action::gicd_change:  change_interrupt (step); break;
    case Action::gicd_control: access_gicd (step.cpu, true, gicd_ctlr, word, step.option); break;
    case Action::gicd_send:
        access_gicd (step.cpu, true, gicd_sgir, word, std::uint32_t{step.option} << 16 | step.intid);
        break;
    case Action::gicd_read: {
        const auto [offset, size, value] = register_of (step.option, step.intid);
        access_gicd (step.cpu, false, offset, size, 0);
        break;
    }
    case Action::gicc_control: control_interface (step); break;
    case Action::gicc_acknowledge:
        static_cast<void> (machine_.gic ().virtual_interface ().read (
            {.cpu = CpuIndex{step.cpu}, .offset = interface::iar, .size = word}));
        checker_.follow_hardware ();
        break;
    case Action::gicc_end:          write_gicc (step.cpu, interface::eoir, step.intid); break;
    case Action::gicc_deactivate:   access_gic (step.cpu, Layout::gicc + interface::dir, true, word, step.intid); break;
    case Action::guest_sets_timer:  set_guests_timer (step); break;
    case Action::guest_reads_timer: access_physical_timer (step.cpu, step.option, false, 0); break;
    case Action::own_interrupt:     take_as_el2 (step.cpu); break;
    default:                        throw std::logic_error{"a guest doesn't do what the host does"};
    }
}

void ExploredMachine::control_interface (const Step &step) {
    const std::uint32_t mode = step.option == gicc::splits_end ? GicCpuState::eoi_mode : 0;
    write_gicc (step.cpu, interface::ctlr, step.option == gicc::off ? 0 : both_groups | mode);
    write_gicc (step.cpu, interface::pmr, step.option == gicc::urgent_only ? lets_urgent : lets_all);
}

void ExploredMachine::set_guests_timer (const Step &step) {
    if (step.intid == spec::virtual_timer) {
        const Ticks offset = machine_.cpu (std::uint32_t{step.cpu}).hal ().read<cntvoff_el2> ();
        set_virtual_timer (step.cpu, timer_of (step.option, offset));
        checker_.follow_hardware ();
        return;
    }
    const TimerSetting timer = timer_of (step.option, 0);
    if (step.option == moment::past) {
        access_physical_timer (step.cpu, physical_timer::timer_value, true, 0);
    } else {
        access_physical_timer (step.cpu, physical_timer::compare_value, true, timer.compare_value);
    }
    access_physical_timer (step.cpu, physical_timer::control, true, timer.control);
}

void ExploredMachine::access_physical_timer (std::uint8_t cpu, std::uint8_t which, bool write, std::uint64_t value) {
    namespace access     = esr::access;
    registers_[cpu].x[1] = value;
    trap (cpu, esr::Class::system_register,
          access::op0.put (3) | access::op1.put (3) | access::crn.put (14) | access::crm.put (2) |
              access::op2.put (which) | access::target.put (1) | access::read.put (write ? 0 : 1));
}

void ExploredMachine::pass_time () {
    machine_.clock ().advance_to (moment_of (moment::soon));
}

void ExploredMachine::check_hosts_timers () {
    for (std::uint32_t i = 0; i < scope_.cpus; ++i) {
        const auto &timer = machine_.timer (CpuIndex{i});
        const auto &own   = hosts_timers_[i];
        const auto text   = " of CPU " + std::to_string (i);
        if (guest_on (i)) {
            const bool due = own.control == 1 && own.compare_value <= machine_.clock ().now ();
            if (due && !machine_.gic ().irq_pending (CpuIndex{i})) {
                differ ("nobody tells the host of its timer" + text);
            }
            continue;
        }
        constexpr auto cntv          = GenericTimer::Which::virtual_el1;
        constexpr std::uint64_t kept = 3;  // of CNTV_CTL_EL0
        if ((timer.control (cntv) & kept) != own.control || timer.compare_value (cntv) != own.compare_value ||
            timer.virtual_count () != timer.physical_count ()) {
            differ ("the host's timer isn't what it was" + text);
        }
        if (machine_.gic ().is_active (CpuIndex{i}, spec::virtual_timer)) {
            differ ("the host's timer interrupts nobody" + text);
        }
    }
}

}  // namespace ravelin::sim::explore

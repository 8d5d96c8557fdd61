// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/interrupt_facts.hpp"

#include "sim/explore/units_of_time.hpp"
#include "sim/models/gic400_virtual_state.hpp"

#include <utility>

namespace ravelin::sim::explore {

namespace {
constexpr std::uint64_t masked_or_on = 3;  // of CNTx_CTL

/// A timer: what it's set to, and in how many units of time it runs out if its count lacks nothing of the physical one.
[[nodiscard]] auto facts_of_timer (std::uint64_t control, Ticks moment, Ticks now) -> std::uint64_t {
    Packed packed;
    packed.add (control & masked_or_on, 2);
    packed.add (static_cast<std::uint64_t> (units::until (moment, now)), 4);
    return packed.word ();
}

// Each member of these is in what follows, or this says that there is a new one.
static_assert (sizeof (InterruptBank) == 100 && sizeof (VcpuInterrupts) == 120 && sizeof (Distributor) == 4080);

void add_bank (const InterruptBank &bank, Words &words) {
    const auto two = [&words] (std::uint32_t high, std::uint32_t low) {
        words.add (std::uint64_t{high} << 32 | low);
    };
    two (bank.group1, bank.enabled);
    two (bank.edge, bank.line);
    two (bank.latched, bank.active);
    two (bank.listed, bank.moved);
    words.add (bank.decided);
    for (unsigned vcpu = 0; vcpu < Scope::most_vcpus; ++vcpu) {
        words.add (bank.by_vcpu[vcpu]);
    }
    std::uint64_t about = 0;
    for (std::size_t i = 0; i < bank.about.size (); ++i) {
        about = about << 8 | bank.about[i];
        if (i % 8 == 7) { words.add (std::exchange (about, 0)); }
    }
}

void add_distributor (const Distributor &gic, unsigned vcpus, Words &words) {
    Packed packed;
    packed.add (gic.control, 2);
    packed.add (gic.busy, 32);
    packed.add (gic.sync_wanted, 8);
    words.add (packed.word ());
    for (unsigned bank = 0; bank + 1 < gic.banks; ++bank) {
        add_bank (gic.shared[bank], words);
    }
    for (unsigned i = 0; i < vcpus; ++i) {
        const VcpuInterrupts &vcpu = gic.vcpus[i];
        Packed own;
        own.add (vcpu.lists, 3);
        own.add (vcpu.more_pending ? 1 : 0, 1);
        own.add (vcpu.more_active ? 1 : 0, 1);
        own.add (vcpu.waits_for_others ? 1 : 0, 1);
        for (unsigned sgi = 0; sgi < Scope::most_sgis; ++sgi) {
            own.add (vcpu.senders[sgi], 8);
        }
        words.add (own.word ());
        add_bank (vcpu.own, words);
    }
}

/// Whether an interrupt's priority can be another than when it was acknowledged, and that makes a difference: it is one
/// of several by whose order.
[[nodiscard]] auto order_is_history (const Scope &scope) -> bool {
    return scope.priorities != 0 && scope.sgis + scope.spis + scope.timers > 1;
}

/// What its CPU interface and its timers hold while it doesn't run; in a CPU they are facts_of_cpu().
void add_vcpu (ExploredMachine &machine, const Vcpu &vcpu, Words &words) {
    const Ticks now    = machine.machine ().clock ().now ();
    const bool running = vcpu.running.load_acquire () != 0;
    Packed packed;
    packed.add (running ? 0 : facts_of_timer (vcpu.virtual_timer.control, vcpu.virtual_timer.compare, now), 6);
    packed.add (facts_of_timer (vcpu.physical_timer.control, vcpu.physical_timer.compare, now), 6);
    packed.add (vcpu.timer_held ? 1 : 0, 1);
    packed.add (running ? 0 : vcpu.interface.machine_control, 32);
    words.add (packed.word ());
    words.add (running ? 0 : vcpu.interface.active_priorities);
    if (!order_is_history (machine.scope ())) { return; }
    for (const std::uint8_t intid : intids_of (machine.scope ())) {
        words.add (vcpu.offered.notes[intid]);
    }
}

// The same of these.
static_assert (sizeof (spec::Interrupt) == 40 && sizeof (spec::ListRegister) == 16);

[[nodiscard]] auto facts_of (const spec::Interrupt &interrupt, bool order) -> std::uint64_t {
    Packed packed;
    for (const bool each : {interrupt.enabled, interrupt.group1, interrupt.edge, interrupt.line, interrupt.latched,
                            interrupt.active, interrupt.came_again, interrupt.pending_in_doubt,
                            interrupt.active_in_doubt, interrupt.written_late, interrupt.source_in_doubt}) {
        packed.add (each ? 1 : 0, 1);
    }
    packed.add (interrupt.priority, 8);
    packed.add (interrupt.targets, 8);
    packed.add (interrupt.sources, 8);
    packed.add (interrupt.sources_in_doubt, 8);
    packed.add (interrupt.source, 4);
    packed.add (order ? interrupt.taken_at : 0, 8);
    packed.add (interrupt.active_on ? *interrupt.active_on + 1 : 0, 4);
    return packed.word ();
}

[[nodiscard]] auto facts_of (const spec::ListRegister &entry) -> std::uint64_t {
    Packed packed;
    for (const bool each : {entry.pending, entry.active, entry.group1, entry.hardware, entry.eoi}) {
        packed.add (each ? 1 : 0, 1);
    }
    packed.add (entry.intid, 10);
    packed.add (entry.priority, 8);
    packed.add (entry.source, 8);
    return packed.word ();
}

/// What the specification remembers; the CPU interfaces of vCPUs that run are as in hardware, it's told before.
void add_specified (const spec::Vm &vm, const Scope &scope, Words &words) {
    const spec::Gic &gic = vm.controller ();
    const bool order     = order_is_history (scope);
    words.add (gic.control);
    for (unsigned number = 0; number < scope.vcpus; ++number) {
        const spec::Vcpu &vcpu = *vm.vcpu (number);
        for (std::uint32_t intid = 0; intid < spec::first_spi; ++intid) {
            words.add (facts_of (gic.at (number, intid), order));
        }
        Packed packed;
        packed.add (vcpu.has_run ? 1 : 0, 1);
        packed.add (vcpu.interface_known ? 1 : 0, 1);
        packed.add (std::to_underlying (vcpu.power), 2);
        words.add (packed.word ());
        // While it doesn't run nobody asks what it was offered.
        for (std::size_t i = 0; vcpu.running && i < vcpu.offered.list.size (); ++i) {
            words.add (facts_of (vcpu.offered.list[i]));
        }
    }
    for (std::uint32_t intid = spec::first_spi; intid < gic.intids; ++intid) {
        words.add (facts_of (gic.at (0, intid), order));
    }
}

/// Of a CPU's own interrupts those that come while this is explored.
void add_private_interrupts (Gic400 &gic, CpuIndex cpu, Words &words) {
    Packed packed;
    for (const std::uint32_t intid : {3U, 15U, 25U, 26U, 27U}) {
        const GicInterrupt &interrupt = gic.private_interrupt (cpu, intid);
        for (const bool each : {interrupt.enabled, interrupt.pending (), interrupt.active}) {
            packed.add (each ? 1 : 0, 1);
        }
    }
    words.add (packed.word ());
}

/// GICH_HCR. Unless EL2 is to be told, nobody asks how many ends there were that no list register knew of, but whether
/// there were any.
[[nodiscard]] auto facts_of_control (std::uint32_t control) -> std::uint32_t {
    if (gich_hcr::entry_not_present.any (control)) { return control; }
    return gich_hcr::ends_without_entry.set (control, gich_hcr::ends_without_entry.any (control) ? 1 : 0);
}

void add_virtual_interface (const GicVirtualCpu &real, Words &words) {
    words.add (std::uint64_t{facts_of_control (real.hypervisor_control)} << 32 | real.interface.control);
    words.add (std::uint64_t{real.interface.active_levels} << 32 | std::uint64_t{real.interface.priority_mask} << 16 |
               std::uint64_t{real.interface.binary_point} << 8 | real.interface.aliased_point);
    for (const GicListRegister entry : real.list) {
        // What is left of one that has ended makes no difference, unless its end is to be told.
        words.add (entry.valid () || entry.ended () ? entry.value () : 0);
    }
}
}  // namespace

void add_facts_of_interrupts (ExploredMachine &machine, Words &words) {
    const Vm &vm         = *machine.vm (0);
    const unsigned vcpus = machine.scope ().vcpus;
    add_distributor (machine.hal ().object<Guarded<Distributor>> (vm.gic).at_rest (), vcpus, words);
    for (unsigned i = 0; i < vcpus; ++i) {
        add_vcpu (machine, *vm.find_vcpu (machine.hal (), i), words);
    }
    words.add (units::of (vm.counter_offset));
    add_specified (*machine.specification ().state ().vm (machine.handle (0)), machine.scope (), words);
}

void add_facts_of_cpu (ExploredMachine &machine, unsigned cpu, Words &words) {
    using Which       = GenericTimer::Which;
    const Ticks now   = machine.machine ().clock ().now ();
    const auto &timer = machine.machine ().timer (CpuIndex{cpu});
    const bool guest  = machine.guest_on (cpu).has_value ();
    Packed packed;
    packed.add (facts_of_timer (timer.control (Which::virtual_el1), timer.compare_value (Which::virtual_el1), now), 6);
    packed.add (
        guest ? facts_of_timer (timer.control (Which::physical_el2), timer.compare_value (Which::physical_el2), now)
              : 0,
        6);
    packed.add (facts_of_timer (machine.hosts_timer (cpu).control, machine.hosts_timer (cpu).compare_value, now), 6);
    words.add (packed.word ());
    add_private_interrupts (machine.machine ().gic (), CpuIndex{cpu}, words);
    if (guest) { add_virtual_interface (machine.machine ().gic ().virtual_cpu (CpuIndex{cpu}), words); }
}

}  // namespace ravelin::sim::explore

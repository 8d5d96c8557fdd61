// SPDX-License-Identifier: BSD-2-Clause
#include "sim/check/spec_checker.hpp"

#include "hyp/host/syndrome.hpp"
#include "sim/check/hardware_of_guest.hpp"
#include "sim/check/real_machine.hpp"
#include "sim/check/trap_of_guest.hpp"
#include "sim/machine/violation.hpp"
#include "sim/spec/theorems.hpp"

#include <algorithm>
#include <string>

namespace ravelin::sim {

using namespace hal::sysreg;

namespace {
// Everything is compared after so many steps.
constexpr std::uint64_t steps_between_full_checks = 1000;

[[noreturn]] void differ (std::string_view what) {
    throw Violation{"unlike the specification: " + std::string{what}};
}

void require (bool holds, std::string_view what) {
    if (!holds) { differ (what); }
}

/// The same of the page or IPA with number @p page: words cost more than a comparison, and are needed when it fails.
void require (bool holds, std::string_view what, std::uint64_t page) {
    if (!holds) { differ (std::string{what} + hex (page * page_size)); }
}

[[nodiscard]] auto is_call (std::uint64_t syndrome) -> bool {
    const auto kind = esr::class_of (syndrome);
    return (kind == esr::Class::hvc64 || kind == esr::Class::smc64) && !esr::immediate.any (syndrome);
}
}  // namespace

SpecChecker::SpecChecker (Machine &machine) : SpecChecker{machine, real::setup_of (machine)} {}

SpecChecker::SpecChecker (Machine &machine, const spec::Setup &setup)
    : machine_{machine}, known_{.specification = spec::Specification{setup}, .pages = {}, .left = {}} {
    for (std::uint32_t i = 0; i < machine.cpus (); ++i) {
        machine.cpu (i).observe (this);
    }
}

SpecChecker::~SpecChecker () {
    for (std::uint32_t i = 0; i < machine_.cpus (); ++i) {
        machine_.cpu (i).observe (nullptr);
    }
}

void SpecChecker::begin (Processor &cpu, const Registers &registers, bool interrupt) {
    begun_[cpu.index ().value ()] =
        Begun{registers, real::is_in_guest (cpu), interrupt, cpu.hal ().read<elr_el2> (), machine_.clock ().now ()};
    maintenance_[cpu.index ().value ()].clear ();
    follow_hardware ();
}

void SpecChecker::maintained (Processor &cpu, const Maintenance &what) {
    maintenance_[cpu.index ().value ()].add (what);
}

void SpecChecker::entered (Processor &cpu, const Registers &registers) {
    begin (cpu, registers, false);
}

void SpecChecker::interrupted (Processor &cpu, const Registers &registers) {
    begin (cpu, registers, true);
}

void SpecChecker::leaving (Processor &cpu, const Registers &registers) {
    auto &slot       = begun_[cpu.index ().value ()];
    const auto begun = std::exchange (slot, std::nullopt);
    if (!begun) { return; }
    load_.reset ();
    faulted_ = false;
    known_.specification.time_is (begun->count, machine_.clock ().now ());
    const auto outcome = step (cpu, *begun, registers);
    if (!outcome || outcome->next == spec::Next::unspecified) { return; }
    compare (cpu, *begun, *outcome, registers);
    if (!begun->in_guest) { note_call (begun->before.x[1]); }
    compare_hardware (cpu);
    compare_touched ();
    check_coherence (maintenance_[cpu.index ().value ()]);
    if (++steps_ % steps_between_full_checks == 0) { check_all (); }
}

auto SpecChecker::step (Processor &cpu, const Begun &begun, const Registers &after) -> std::optional<spec::Outcome> {
    if (begun.in_guest) { return guest_step (cpu, begun, after); }
    return begun.interrupt ? std::nullopt : host_step (cpu, begun, after);
}

auto SpecChecker::host_step (Processor &cpu, const Begun &begun, const Registers &after)
    -> std::optional<spec::Outcome> {
    if (!is_call (cpu.hal ().read<esr_el2> ())) { return std::nullopt; }
    spec::CallRegisters x{};
    std::copy_n (begun.before.x.begin (), x.size (), x.begin ());
    return known_.specification.host_call (cpu.index ().value (), x, choice_of (begun.before, after));
}

auto SpecChecker::choice_of (const Registers &before, const Registers &after) -> spec::Choice {
    spec::Choice choice{.handle = after.x[1], .woken = after.x[1]};
    const auto *vm = known_.specification.state ().vm (before.x[1]);
    if (static_cast<std::uint32_t> (before.x[0]) != RAVELIN_VM_RECLAIM || vm == nullptr) { return choice; }
    const auto *real = machine_.hypervisor ().vms ().look_up (hal (), before.x[1]);
    vm->space.for_each ([&] (spec::PageNumber ipa, const spec::Mapping &) {
        if (real == nullptr || !real->stage2.find (hal (), Ipa{ipa * page_size}).valid ()) {
            choice.unmapped.push_back (ipa);
        }
    });
    for (const auto page : vm->control) {
        if (real::owner_of (machine_, page).owner == spec::Owner::host) { choice.control.push_back (page); }
    }
    return choice;
}

auto SpecChecker::guest_choice (Processor &cpu, const Begun &begun, const Registers &after) -> spec::Choice {
    const bool goes_on = real::is_in_guest (cpu);
    return {.goes_on = goes_on,
            .again   = goes_on && cpu.hal ().read<elr_el2> () == begun.pc,
            .woken   = !goes_on && after.x[1] == RAVELIN_EXIT_WAKE ? after.x[2] : 0};
}

auto SpecChecker::guest_step (Processor &cpu, const Begun &begun, const Registers &after)
    -> std::optional<spec::Outcome> {
    const std::size_t index = cpu.index ().value ();
    const auto choice       = guest_choice (cpu, begun, after);
    if (begun.interrupt) { return known_.specification.interrupt (index, choice); }
    const auto syndrome = cpu.hal ().read<esr_el2> ();
    if (is_call (syndrome)) {
        const auto &x = begun.before.x;
        return known_.specification.guest_call (index, {x[0], x[1], x[2], x[3]}, choice);
    }
    if (esr::class_of (syndrome) == esr::Class::wait) { return known_.specification.guest_waits (index, choice); }
    if (const auto access = timer_access_of_guest (cpu, begun.before)) {
        load_                   = static_cast<unsigned> (esr::access::target.get (syndrome));
        const auto &name        = *known_.specification.state ().cpus[index];
        const std::int64_t left = static_cast<std::int32_t> (access->value);
        auto counted            = choice;
        counted.count =
            real::physical_compare_value (machine_, name.vm, name.number) - static_cast<std::uint64_t> (left);
        return known_.specification.guest_timer (index, *access, counted);
    }
    const auto fault = fault_of_guest (cpu, begun.before);
    if (!fault) { return std::nullopt; }
    faulted_ = true;
    load_    = static_cast<unsigned> (esr::transfer_register.get (syndrome));
    return known_.specification.guest_fault (index, *fault, choice);
}

void SpecChecker::follow_hardware () {
    const auto &runs = known_.specification.state ().cpus;
    for (std::uint32_t i = 0; i < runs.size (); ++i) {
        if (!runs[i]) { continue; }
        const auto why = known_.specification.hardware_did (i, hardware_of_guest (machine_.cpu (i)));
        require (why.empty (), why);
    }
}

void SpecChecker::compare_hardware (Processor &cpu) {
    const auto &runs = known_.specification.state ().cpus;
    if (runs[cpu.index ().value ()]) {
        const auto why = known_.specification.resumes (cpu.index ().value (), hardware_of_guest (cpu));
        require (why.empty (), why);
    }
    if (!known_.specification.touched ().gic) { return; }
    for (std::uint32_t i = 0; i < runs.size (); ++i) {
        if (i == cpu.index ().value () || !known_.specification.must_be_told (i)) { continue; }
        require (machine_.gic ().irq_pending (CpuIndex{i}), "a vCPU that runs isn't told of an interrupt");
    }
}

void SpecChecker::compare (Processor &cpu, const Begun &begun, const spec::Outcome &outcome, const Registers &after) {
    const std::size_t index = cpu.index ().value ();
    require (outcome.objection.empty (), outcome.objection);
    const bool in_guest = real::is_in_guest (cpu);
    require (in_guest == (outcome.next != spec::Next::host), "the CPU goes on in the other world");

    if (!begun.in_guest && in_guest) {
        known_.host[index] = begun.before;
        compare_entry (cpu, begun, outcome, after);
        return;
    }
    if (begun.in_guest && !in_guest) {
        // The vCPU that has just left is the one that this CPU entered last.
        const auto name   = real::vcpu_of_last_run (known_.host[index]);
        const bool page   = faulted_ && after.x[1] == RAVELIN_EXIT_PAGE;
        const bool told   = after.x[1] == RAVELIN_EXIT_MMIO || (page && (after.x[3] & RAVELIN_MMIO_SIZE) != 0);
        const bool load   = told && (after.x[3] & RAVELIN_MMIO_WRITE) == 0;
        known_.left[name] = {.registers = begun.before,
                             .load      = load ? load_ : std::nullopt,
                             .pc        = page ? std::optional{begun.pc} : std::nullopt};
        if (outcome.answers) { known_.left[name].registers.x[0] = *outcome.answers; }
        // One that is off begins anew; or the host turns it on again, and what it left in the middle of doesn't matter.
        const auto *vm = known_.specification.state ().vm (name.first);
        if (vm != nullptr && vm->vcpu (name.second)->power == spec::Power::off) { known_.left.erase (name); }
        require (spec::agrees (outcome, known_.host[index].x, after.x), "registers of the host after an exit");
        return;
    }
    if (!begun.in_guest && outcome.skips != 0) {
        const auto left = known_.left.find ({begun.before.x[1], begun.before.x[2]});
        if (left != known_.left.end ()) {
            auto &pc = left->second.pc;
            pc       = pc.transform ([&] (std::uint64_t at) { return at + outcome.skips; });
        }
    }
    Registers before = begun.before;
    if (outcome.loads && load_) {
        const auto loaded = after.read (*load_);
        if (*load_ != 31 && !spec::agrees (*outcome.loads, 0, loaded)) {
            differ ("a guest reads " + hex (loaded) + ", and not " + hex (outcome.loads->value));
        }
        before.write (*load_, loaded);
    }
    require (spec::agrees (outcome, before.x, after.x), "registers after a trap");
}

void SpecChecker::compare_entry (Processor &cpu, const Begun &begun, const spec::Outcome &outcome,
                                 const Registers &after) {
    const auto found = known_.left.find ({begun.before.x[1], begun.before.x[2]});
    if (found == known_.left.end () && !outcome.begins) { return; }
    Registers expected = found == known_.left.end () ? Registers{} : found->second.registers;
    const auto load    = found == known_.left.end () ? std::nullopt : found->second.load;
    for (const auto &[number, value] : outcome.set) {
        if (number < expected.x.size ()) { expected.x[number] = value; }
    }
    if (load && outcome.delivers) { expected.write (*load, *outcome.delivers); }
    require (std::ranges::equal (expected.x, after.x), "registers that a vCPU goes on with");
    auto pc = found == known_.left.end () ? std::nullopt : found->second.pc;
    if (const auto set = outcome.set.find (RAVELIN_REGISTER_PC); set != outcome.set.end ()) { pc = set->second; }
    require (!pc || cpu.hal ().read<elr_el2> () == *pc + outcome.skips, "where a vCPU goes on");
    if (found != known_.left.end ()) { known_.left.erase (found); }
}

void SpecChecker::note_call (spec::Handle handle) {
    if (known_.specification.state ().vm (handle) != nullptr) { return; }
    std::erase_if (known_.left, [handle] (const auto &left) { return left.first.first == handle; });
}

void SpecChecker::compare_touched () {
    for (const auto page : known_.specification.touched ().pages) {
        const auto *expected = known_.specification.state ().memory.find (page);
        if (expected == nullptr) { continue; }
        compare_page (page, *expected, spec::changes_hands (known_.pages[page], *expected));
    }
    for (const auto &mapped : known_.specification.touched ().mappings) {
        compare_mapping (mapped.vm, mapped.ipa);
    }
}

void SpecChecker::check_coherence (const MaintenanceLog &log) {
    for (const auto number : known_.specification.touched ().pages) {
        const auto *now = known_.specification.state ().memory.find (number);
        if (now == nullptr) { continue; }
        const spec::Page before = std::exchange (known_.pages[number], *now);
        const bool was_hosts    = spec::host_reaches (before);
        const bool is_hosts     = spec::host_reaches (*now);
        const bool firmwares    = now->contents != before.contents &&
                               (now->contents == spec::Contents::firmware || now->contents == spec::Contents::told);
        if (was_hosts == is_hosts && now->loans <= before.loans && !firmwares) { continue; }
        // Ravelin's own accesses to what a VM has for its control are as cacheable as the walks are.
        const bool control = now->owner == spec::Owner::vm && now->use == spec::Use::control;
        require (log.makes_coherent (Pa{number * page_size}, {.taken = was_hosts && !is_hosts, .written = control}),
                 "caches aren't coherent for page " + hex (number * page_size));
    }
}

void SpecChecker::compare_page (spec::PageNumber page, const spec::Page &expected, bool moves) {
    const auto real = real::owner_of (machine_, page);
    const bool same = real.owner == expected.owner && real.shared == expected.shared && real.loans == expected.loans &&
                      (real.owner != spec::Owner::vm || real.vm == expected.vm);
    require (same, "who owns page ", page);
    require (real::host_reaches (machine_, page) == spec::host_reaches (expected), "whether the host reaches page ",
             page);
    if (moves && expected.contents == spec::Contents::zeros) {
        require (real::is_zero (machine_, page), "that zeros are in page ", page);
    }
}

void SpecChecker::compare_mapping (spec::Handle vm, spec::PageNumber ipa) {
    const auto *expected = known_.specification.mapping (vm, ipa);
    const auto *real     = machine_.hypervisor ().vms ().look_up (hal (), vm);
    if (real == nullptr) {
        require (expected == nullptr, "a VM that is gone maps something");
        return;
    }
    const Ipa address{ipa * page_size};
    const auto leaf = real->stage2.find (hal (), address);
    require (leaf.valid () == (expected != nullptr), "whether a VM maps ", ipa);
    if (expected != nullptr) {
        const auto kind = expected->writable ? Vm::Kind::memory : Vm::Kind::read_only;
        require (leaf.output (address).value () == expected->pa * page_size && leaf.is (kind), "what a VM maps at ",
                 ipa);
    }
}

void SpecChecker::compare_vm (spec::Handle handle) {
    const auto *real = machine_.hypervisor ().vms ().look_up (hal (), handle);
    const auto *vm   = known_.specification.state ().vm (handle);
    require (real != nullptr && vm != nullptr, "a VM is gone");
    // Those of a dying VM go back to the host, in an order that is Ravelin's.
    const bool same = vm->phase == spec::Phase::dying || real->pool.available () == vm->free_tables ();
    require (same, "pages that a VM has for tables");
    vm->space.for_each ([&] (spec::PageNumber ipa, const spec::Mapping &) { compare_mapping (handle, ipa); });
    if (vm->gic && !vm->runs ()) { compare_gic (handle, *vm); }
}

void SpecChecker::compare_gic (spec::Handle handle, const spec::Vm &vm) {
    require (real::distributor_control (machine_, handle) == vm.controller ().control, "GICD_CTLR");
    bool shared_seen = false;
    for (std::uint64_t vcpu = 0; vcpu < vm.vcpus.size (); ++vcpu) {
        if (vm.vcpu (vcpu) == nullptr) { continue; }
        // SPIs are the same for all.
        const std::uint32_t end = std::exchange (shared_seen, true) ? spec::first_spi : spec::first_special;
        for (std::uint32_t intid = 0; intid < end && vm.controller ().has (intid); ++intid) {
            const auto &expected = vm.controller ().at (vcpu, intid);
            const auto real      = real::interrupt_of (machine_, handle, vcpu, intid);
            const bool wired     = intid >= spec::first_spi;
            const bool same      = real.enabled == expected.enabled && real.group1 == expected.group1 &&
                              real.priority == expected.priority && real.edge == expected.edge &&
                              real.targets == (wired ? vm.controller ().targets (expected) : 0) &&
                              (!wired || real.line == expected.line) &&
                              (expected.active_in_doubt || real.active == expected.active) &&
                              (expected.pending_in_doubt || real.latched == expected.latched) &&
                              ((real.sources ^ expected.sources) & ~expected.sources_in_doubt) == 0;
            if (!same) { differ ("interrupt " + std::to_string (intid) + " of vCPU " + std::to_string (vcpu)); }
        }
    }
}

void SpecChecker::check_all () {
    const auto &state = known_.specification.state ();
    if (const auto broken = spec::broken_theorem (state); !broken.empty ()) { differ (broken); }
    state.memory.for_each (
        [&] (spec::PageNumber number, const spec::Page &page) { compare_page (number, page, false); });
    check_vms ();
}

void SpecChecker::check_vms () {
    for (const auto &[handle, vm] : known_.specification.state ().vms) {
        compare_vm (handle);
    }
}

}  // namespace ravelin::sim

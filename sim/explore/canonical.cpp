// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/canonical.hpp"

#include "sim/check/real_machine.hpp"
#include "sim/explore/interrupt_facts.hpp"
#include "sim/explore/words.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <utility>

namespace ravelin::sim::explore {

namespace {
/// Which VM is called what, and which CPU: in place i of the state stands vms[i].
struct Order {
    std::array<std::uint8_t, Scope::most_vms> vms{0, 1, 2, 3};
    std::array<std::uint8_t, Scope::most_cpus> cpus{0, 1, 2, 3};

    /// What VM @p vm is called.
    [[nodiscard]] auto name_of (unsigned vm) const -> std::uint64_t {
        return static_cast<std::uint64_t> (std::ranges::find (vms, vm) - vms.begin ());
    }
};

constexpr std::uint64_t nobody = Scope::most_vms;

/// The VM whose slot it is; nobody, if it's none of those that are alive.
[[nodiscard]] auto vm_in_slot (ExploredMachine &machine, Owner owner) -> std::uint64_t {
    for (unsigned vm = 0; vm < machine.scope ().vms (); ++vm) {
        const Vm *const real = machine.vm (vm);
        if (real != nullptr && real->owner == owner) { return vm; }
    }
    return nobody;
}

[[nodiscard]] auto state_of (ExploredMachine &machine, Pa pa) -> PageState {
    const auto state = machine.machine ().hypervisor ().vms ().host_memory ().at_rest ().state (machine.hal (), pa);
    if (!state) { throw std::logic_error{"a page of the explorer's is no RAM"}; }
    return *state;
}

/// How a VM reaches a page of data, if it does: 0 not, 1 to read, 2 to write.
[[nodiscard]] auto reach_of (const Vm::Stage2::Leaf &leaf) -> std::uint64_t {
    return !leaf.valid () ? 0 : leaf.is (Vm::Kind::memory) ? 2 : 1;
}

/// Who has written what is in a page: nobody, the host, or a VM.
[[nodiscard]] auto writer_of (ExploredMachine &machine, std::uint64_t word, const Order &order) -> std::uint64_t {
    if (word == 0) { return 0; }
    if (word == ExploredMachine::hosts_word ()) { return 1; }
    for (unsigned vm = 0; vm < machine.scope ().vms (); ++vm) {
        if (word == machine.word_of_vm (vm)) { return 2 + order.name_of (vm); }
    }
    return 2 + nobody;
}

/// The same of a VM.
struct VmFacts {
    std::array<std::uint64_t, 2 + Scope::most_vcpus> words{};
    std::array<std::uint64_t, Scope::most_cpus> last_vcpu{};  // on each CPU; 0 where there's only one anyway
};

/// What is the case, whatever VMs and CPUs are called.
struct Facts {
    struct Data {
        PageState state;
        std::uint64_t owner{nobody};
        std::uint64_t word{};
        bool hosts{};  // the host reaches it
        std::array<std::array<std::uint8_t, Scope::most_ipas>, Scope::most_vms> reach{};
    };
    std::array<Data, Scope::most_pages> data;
    std::array<VmFacts, Scope::most_vms> vms{};
    std::array<std::uint8_t, Scope::most_cpus> guests{};
    std::array<std::uint64_t, Scope::most_cpus> vcpus{};  // which of that VM's
};

[[nodiscard]] auto facts_of_page (ExploredMachine &machine, unsigned page) -> Facts::Data {
    Facts::Data data;
    const Pa pa = Layout::data (page);
    data.state  = state_of (machine, pa);
    data.word   = machine.word_of (page);
    data.hosts  = real::host_reaches (machine.machine (), pa.value () / page_size);
    if (data.state.owner ().is_vm ()) { data.owner = vm_in_slot (machine, data.state.owner ()); }
    for (unsigned vm = 0; vm < machine.scope ().vms (); ++vm) {
        const Vm *const real = machine.vm (vm);
        for (unsigned ipa = 0; real != nullptr && ipa < machine.scope ().ipas; ++ipa) {
            const auto leaf = real->stage2.find (machine.hal (), Layout::data_ipa (ipa));
            if (leaf.valid () && leaf.output (Layout::data_ipa (ipa)) == pa) {
                data.reach[vm][ipa] = static_cast<std::uint8_t> (reach_of (leaf));
            }
        }
    }
    return data;
}

[[nodiscard]] auto pack (ExploredMachine &machine, const Facts::Data &data, const Order &order) -> std::uint64_t {
    Packed packed;
    packed.add (data.state.owner () == Owner::host () ? 0 : data.state.owner () == Owner::ravelin () ? 1 : 2, 2);
    packed.add (data.owner == nobody ? nobody : order.name_of (static_cast<unsigned> (data.owner)), 3);
    packed.add (data.state.is_shared () ? 1 : 0, 1);
    packed.add (data.state.loans (), 8);
    packed.add (data.hosts ? 1 : 0, 1);
    packed.add (writer_of (machine, data.word, order), 3);
    for (unsigned i = 0; i < machine.scope ().vms (); ++i) {
        for (unsigned ipa = 0; ipa < machine.scope ().ipas; ++ipa) {
            packed.add (data.reach[order.vms[i]][ipa], 2);
        }
    }
    return packed.word ();
}

/// Whether a page of those that are a VM's own is: 0 the host's, 1 this VM's, 2 another's.
[[nodiscard]] auto state_of_own (ExploredMachine &machine, const Vm *vm, Pa pa) -> std::uint64_t {
    const PageState state = state_of (machine, pa);
    if (state.is_hosts_alone ()) { return 0; }
    const std::uint64_t shared = state.is_shared () ? 4 : 0;
    return (vm != nullptr && state.owner () == vm->owner ? 1U : 2U) | shared | (state.loans () != 0 ? 8U : 0U);
}

// Each member of these that makes a difference, is in facts_of_vm(), or this says that there
// is a new one.
static_assert (sizeof (Vm) == 440 && sizeof (Vcpu) == 2112);

[[nodiscard]] auto facts_of_vcpu (const Vcpu &vcpu) -> std::uint64_t {
    Packed packed;
    packed.add (1, 1);
    packed.add (vcpu.running.load_acquire (), 1);
    packed.add (std::to_underlying (vcpu.power.load_acquire ()), 3);
    packed.add (vcpu.kicked_at.load_acquire () != 0 ? 1 : 0, 1);  // by where it runs
    packed.add (vcpu.undecided != 0 ? 1 : 0, 1);
    packed.add (vcpu.access.expected ? 1 : 0, 1);
    if (vcpu.access.expected) {
        packed.add (vcpu.access.sign_extends ? 1 : 0, 1);
        packed.add (vcpu.access.wide ? 1 : 0, 1);
        packed.add (vcpu.access.number, 5);
        packed.add (vcpu.access.size, 4);
    }
    return packed.word ();
}

[[nodiscard]] auto facts_of_vm (ExploredMachine &machine, unsigned number) -> VmFacts {
    const Vm *const vm = machine.vm (number);
    Packed own;
    const auto add_own = [&] (Pa pa) {
        own.add (state_of_own (machine, vm, pa), 4);
        own.add (real::host_reaches (machine.machine (), pa.value () / page_size) ? 1 : 0, 1);
    };
    for (const Pa pa : {Layout::control (number), Layout::tables (number), Layout::firmware (number),
                        Layout::firmware (number) + (RAVELIN_FIRMWARE_PAGES - 1) * page_size}) {
        add_own (pa);
    }
    for (unsigned vcpu = 0; vcpu < machine.scope ().vcpus; ++vcpu) {
        add_own (Layout::vcpu (number, vcpu));
    }
    VmFacts facts;
    facts.words[0] = own.word ();
    if (vm == nullptr) { return facts; }

    Packed packed;
    packed.add (1, 1);
    packed.add (std::to_underlying (vm->phase.load_acquire ()), 2);
    packed.add (vm->ram.size (), 4);
    packed.add (vm->pool.available (), 4);
    packed.add (vm->firmware != Pa{} ? 1 : 0, 1);
    packed.add (vm->forgotten ? 1 : 0, 1);
    packed.add (vm->reclaim_next.value () / page_size, 24);
    for (const Ipa ipa : {Layout::firmware_ipa, Layout::firmware_ipa + (RAVELIN_FIRMWARE_PAGES - 1) * page_size}) {
        const auto leaf = vm->stage2.find (machine.hal (), ipa);
        packed.add (reach_of (leaf), 2);
        packed.add (leaf.level, 2);
    }
    packed.add (vm->has_gic () ? 1 : 0, 1);
    facts.words[1] = packed.word ();
    for (unsigned i = 0; i < machine.scope ().vcpus; ++i) {
        const auto &vcpu   = vm->vcpus[i];
        facts.words[2 + i] = vcpu ? facts_of_vcpu (machine.hal ().object<Vcpu> (*vcpu)) : 0;
    }
    // Where interrupts are explored nobody asks for a translation.
    const bool matters = machine.scope ().vcpus > 1 && !machine.scope ().has_interrupts ();
    for (unsigned cpu = 0; matters && cpu < machine.scope ().cpus; ++cpu) {
        facts.last_vcpu[cpu] = vm->last_vcpu[cpu].load_acquire ();
    }
    return facts;
}

[[nodiscard]] auto facts_of (ExploredMachine &machine) -> Facts {
    Facts facts{};
    const Scope &scope = machine.scope ();
    for (unsigned page = 0; page < scope.pages; ++page) {
        facts.data[page] = facts_of_page (machine, page);
    }
    for (unsigned vm = 0; vm < scope.vms (); ++vm) {
        facts.vms[vm] = facts_of_vm (machine, vm);
    }
    for (unsigned cpu = 0; cpu < scope.cpus; ++cpu) {
        facts.guests[cpu] = static_cast<std::uint8_t> (machine.guest_on (cpu).value_or (nobody));
        facts.vcpus[cpu]  = machine.vcpu_on (cpu);
    }
    return facts;
}

[[nodiscard]] auto words_of (ExploredMachine &machine, const Facts &facts, const Order &order) -> Words {
    const Scope &scope = machine.scope ();
    Words words;
    for (unsigned i = 0; i < scope.vms (); ++i) {
        const unsigned vm = order.vms[i];
        for (unsigned word = 0; word < 2 + scope.vcpus; ++word) {
            words.add (facts.vms[vm].words[word]);
        }
    }
    Packed cpus;
    for (unsigned i = 0; i < scope.cpus; ++i) {
        const auto guest = facts.guests[order.cpus[i]];
        cpus.add (guest == nobody ? nobody : order.name_of (guest), 3);
        cpus.add (facts.vcpus[order.cpus[i]], 2);
        for (unsigned vm = 0; vm < scope.vms (); ++vm) {
            cpus.add (facts.vms[order.vms[vm]].last_vcpu[order.cpus[i]], 2);
        }
    }
    words.add (cpus.word ());
    for (unsigned i = 0; scope.has_interrupts () && i < scope.cpus; ++i) {
        add_facts_of_cpu (machine, order.cpus[i], words);
    }
    std::array<std::uint64_t, Scope::most_pages> pages{};
    for (unsigned page = 0; page < scope.pages; ++page) {
        pages[page] = pack (machine, facts.data[page], order);
    }
    std::sort (pages.begin (), pages.begin () + scope.pages);
    for (unsigned page = 0; page < scope.pages; ++page) {
        words.add (pages[page]);
    }
    return words;
}

[[nodiscard]] auto mix (std::uint64_t word) -> std::uint64_t {
    word = (word ^ word >> 32) * 0xd6e8'feb8'6659'fd93;
    word = (word ^ word >> 32) * 0xd6e8'feb8'6659'fd93;
    return word ^ word >> 32;
}

/// The next order, of those that exchange equals; false after the last.
[[nodiscard]] auto advance (Order &order, const Scope &scope) -> bool {
    const auto first = order.vms.begin ();
    return std::next_permutation (first, first + scope.protected_vms) ||
           std::next_permutation (first + scope.protected_vms, first + scope.vms ()) ||
           std::next_permutation (order.cpus.begin (), order.cpus.begin () + scope.cpus);
}
}  // namespace

auto look_of_page (ExploredMachine &machine, unsigned page) -> PageLook {
    return pack (machine, facts_of_page (machine, page), {});
}

auto key_of (ExploredMachine &machine) -> Key {
    const Facts facts = facts_of (machine);
    Order order;
    Words least = words_of (machine, facts, order);
    while (advance (order, machine.scope ())) {
        const Words other = words_of (machine, facts, order);
        if (other < least) { least = other; }
    }
    if (machine.scope ().has_interrupts ()) { add_facts_of_interrupts (machine, least); }
    Key key{0x243f'6a88'85a3'08d3, 0x1319'8a2e'0370'7344};
    for (const std::uint64_t word : least.all ()) {
        key.low  = mix (key.low ^ word);
        key.high = mix (std::rotl (key.high, 17) + word * 0x9e37'79b9'7f4a'7c15);
    }
    return key;
}

}  // namespace ravelin::sim::explore

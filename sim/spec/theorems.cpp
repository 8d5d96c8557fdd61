// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/theorems.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

namespace ravelin::spec {
namespace {

/// Whether @p condition (number, page) holds of all pages of RAM.
template <class Condition>
auto all_pages (const State &state, Condition condition) -> bool {
    bool all = true;
    state.memory.for_each ([&] (PageNumber number, const Page &page) { all = all && condition (number, page); });
    return all;
}

/// Whether @p condition (handle, VM) holds of all VMs.
template <class Condition>
auto all_vms (const State &state, Condition condition) -> bool {
    return std::ranges::all_of (state.vms, [&] (const auto &entry) { return condition (entry.first, entry.second); });
}

/// Whether @p condition (handle, VM, IPA, mapping, page) holds of all that VMs map.
template <class Condition>
auto all_mappings (const State &state, Condition condition) -> bool {
    return all_vms (state, [&] (Handle handle, const Vm &vm) {
        bool all = true;
        vm.space.for_each ([&] (PageNumber ipa, const Mapping &mapping) {
            const Page *const page = state.memory.find (mapping.pa);
            all                    = all && page != nullptr && condition (handle, vm, ipa, mapping, *page);
        });
        return all;
    });
}

auto host_reaches_its_own (const State &state) -> bool {
    return all_pages (state, [] (PageNumber, const Page &page) {
        return host_reaches (page) == (page.owner == Owner::host || (page.owner == Owner::vm && page.shared));
    });
}

auto only_protected_vms_share (const State &state) -> bool {
    return all_pages (state, [&] (PageNumber, const Page &page) {
        const Vm *const vm = state.vm (page.vm);
        return !page.shared || (page.owner == Owner::vm && page.use == Use::data && vm != nullptr && vm->is_protected &&
                                vm->phase != Phase::fresh);
    });
}

auto protected_vms_map_their_own (const State &state) -> bool {
    return all_mappings (state,
                         [] (Handle handle, const Vm &vm, PageNumber ipa, const Mapping &mapping, const Page &page) {
                             return !vm.is_protected || (page.owner == Owner::vm && page.vm == handle &&
                                                         page.use == Use::data && page.ipa == ipa && mapping.writable);
                         });
}

auto plain_vms_map_the_hosts (const State &state) -> bool {
    return all_mappings (state, [] (Handle, const Vm &vm, PageNumber, const Mapping &, const Page &page) {
        return vm.is_protected || page.owner == Owner::host;
    });
}

auto owners_map_their_pages (const State &state) -> bool {
    return all_pages (state, [&] (PageNumber number, const Page &page) {
        if (page.owner != Owner::vm || page.use != Use::data) { return true; }
        const Vm *const vm           = state.vm (page.vm);
        const Mapping *const mapping = vm == nullptr ? nullptr : vm->space.find (page.ipa);
        return mapping != nullptr && mapping->pa == number;
    });
}

auto control_pages_are_known (const State &state) -> bool {
    std::size_t listed = 0;
    std::size_t owned  = 0;
    const bool backed  = all_vms (state, [&] (Handle handle, const Vm &vm) {
        listed += vm.control.size ();
        return std::ranges::all_of (vm.control, [&] (PageNumber number) {
            const Page *const page = state.memory.find (number);
            return page != nullptr && page->owner == Owner::vm && page->use == Use::control && page->vm == handle;
        });
    });
    state.memory.for_each (
        [&] (PageNumber, const Page &page) { owned += page.owner == Owner::vm && page.use == Use::control ? 1 : 0; });
    return backed && listed == owned;
}

auto control_pages_are_out_of_reach (const State &state) -> bool {
    const bool unmapped = all_mappings (state, [] (Handle, const Vm &, PageNumber, const Mapping &, const Page &page) {
        return page.owner != Owner::vm || page.use != Use::control;
    });
    return unmapped && all_pages (state, [] (PageNumber, const Page &page) {
               return page.owner != Owner::vm || page.use != Use::control || !host_reaches (page);
           });
}

auto loans_are_counted (const State &state) -> bool {
    std::unordered_map<PageNumber, std::uint32_t> loans;
    for (const auto &[handle, vm] : state.vms) {
        if (!vm.is_protected) {
            vm.space.for_each ([&] (PageNumber, const Mapping &mapping) { ++loans[mapping.pa]; });
        }
    }
    return all_pages (state, [&] (PageNumber number, const Page &page) {
        const auto found = loans.find (number);
        return page.loans == (found == loans.end () ? 0 : found->second) && page.loans <= RAVELIN_MAX_LOANS;
    });
}

auto hosts_find_no_secret (const State &state) -> bool {
    return all_pages (
        state, [] (PageNumber, const Page &page) { return page.contents != Contents::secret || !host_reaches (page); });
}

auto mappings_are_in_ram (const State &state) -> bool {
    return all_mappings (state, [] (Handle, const Vm &vm, PageNumber ipa, const Mapping &, const Page &) {
        return vm.has_ram (ipa * RAVELIN_PAGE_SIZE, RAVELIN_PAGE_SIZE);
    });
}

auto ranges_of_ram_are_apart (const State &state) -> bool {
    return all_vms (state, [] (Handle, const Vm &vm) {
        auto ram = vm.ram;
        std::ranges::sort (ram, {}, &AddressRange::base);
        const bool apart = std::ranges::adjacent_find (ram, [] (const AddressRange &low, const AddressRange &high) {
                               return low.base + low.bytes > high.base;
                           }) == ram.end ();
        return apart && ram.size () <= RAVELIN_MAX_RAM_RANGES &&
               std::ranges::all_of (
                   ram, [&vm] (const AddressRange &range) { return vm.has_addresses (range.base, range.bytes); });
    });
}

auto tables_have_their_pages (const State &state) -> bool {
    return all_vms (state, [] (Handle, const Vm &vm) {
        return vm.phase == Phase::dying || vm.space.tables () <= vm.pages_for_tables;
    });
}

auto a_vcpu_is_on_one_cpu (const State &state) -> bool {
    return all_vms (state, [&state] (Handle handle, const Vm &vm) {
        for (std::uint64_t number = 0; number < vm.vcpus.size (); ++number) {
            const auto &vcpu = vm.vcpus[number];
            const bool runs  = vcpu && vcpu->running;
            const auto cpus  = std::ranges::count (state.cpus, std::optional{VcpuName{handle, number}});
            if (cpus != (runs ? 1 : 0) || (vcpu && number >= vm.max_vcpus) || (runs && vm.phase == Phase::fresh)) {
                return false;
            }
        }
        return true;
    });
}

auto cpus_run_what_there_is (const State &state) -> bool {
    return std::ranges::all_of (
        state.cpus, [&state] (const std::optional<VcpuName> &name) { return !name || state.vm (name->vm) != nullptr; });
}

/// Whether @p condition (VM, number, vCPU) holds of all vCPUs.
template <class Condition>
auto all_vcpus (const State &state, Condition condition) -> bool {
    return all_vms (state, [&] (Handle, const Vm &vm) {
        for (std::uint64_t number = 0; number < vm.vcpus.size (); ++number) {
            if (vm.vcpus[number] && !condition (vm, number, *vm.vcpus[number])) { return false; }
        }
        return true;
    });
}

/// Whether @p condition (GIC, vCPU, INTID, interrupt) holds of all interrupts of all VMs that have a GIC.
template <class Condition>
auto all_interrupts (const State &state, Condition condition) -> bool {
    return all_vcpus (state, [&] (const Vm &vm, std::uint64_t number, const Vcpu &) {
        bool all = true;
        for (std::uint32_t intid = 0; vm.gic && vm.gic->has (intid); ++intid) {
            all = all && condition (*vm.gic, number, intid, vm.gic->at (number, intid));
        }
        return all;
    });
}

auto an_spi_is_listed_once (const State &state) -> bool {
    return all_vms (state, [] (Handle, const Vm &vm) {
        std::set<std::uint32_t> listed;
        bool once = true;
        for (const auto &vcpu : vm.vcpus) {
            if (!vcpu) { continue; }
            for (const ListRegister &entry : vcpu->interface.list) {
                const bool spi = !entry.empty () && entry.intid >= first_spi;
                once           = once && (!spi || listed.insert (entry.intid).second);
            }
        }
        return once;
    });
}

auto list_registers_are_of_those_that_run (const State &state) -> bool {
    return all_vcpus (state, [] (const Vm &vm, std::uint64_t, const Vcpu &vcpu) {
        return std::ranges::all_of (vcpu.interface.list, [&] (const ListRegister &entry) {
            return entry.empty () || (vcpu.running && vm.gic && vm.gic->has (entry.intid));
        });
    });
}

auto an_active_interrupt_is_on_its_vcpu (const State &state) -> bool {
    return all_interrupts (state, [] (const Gic &gic, std::uint64_t number, std::uint32_t intid, const Interrupt &it) {
        const bool known = it.active_on.has_value ();
        return !known || (it.active && *it.active_on < gic.vcpus && (intid >= first_spi || it.active_on == number));
    });
}

auto interrupts_name_vcpus (const State &state) -> bool {
    return all_interrupts (state, [] (const Gic &gic, std::uint64_t, std::uint32_t intid, const Interrupt &it) {
        const bool targets = intid >= first_spi ? it.targets >> gic.vcpus == 0 : it.targets == 0;
        const bool sources = intid < first_ppi ? it.sources >> gic.vcpus == 0 : it.sources == 0;
        return targets && sources;
    });
}

auto sgis_are_on (const State &state) -> bool {
    return all_interrupts (state, [] (const Gic &, std::uint64_t, std::uint32_t intid, const Interrupt &it) {
        return intid >= first_ppi || (it.enabled && !it.latched && !it.line);
    });
}

auto protected_gics_are_hidden (const State &state) -> bool {
    return all_vms (state, [] (Handle, const Vm &vm) { return !vm.is_protected || !vm.gic || !vm.gic->seen_by_host; });
}

auto a_gic_has_its_place (const State &state) -> bool {
    return all_vms (state, [] (Handle, const Vm &vm) {
        const auto is_free = [&vm] (std::uint64_t ipa, std::uint64_t pages) {
            return vm.has_addresses (ipa, pages * RAVELIN_PAGE_SIZE) &&
                   !vm.overlaps_ram (ipa, pages * RAVELIN_PAGE_SIZE);
        };
        return !vm.gic || (is_free (vm.gic->distributor, RAVELIN_GICD_PAGES) &&
                           is_free (vm.gic->cpu_interface, RAVELIN_GICC_PAGES));
    });
}

auto one_that_is_off_does_not_run (const State &state) -> bool {
    return all_vcpus (state, [] (const Vm &vm, std::uint64_t, const Vcpu &vcpu) {
        return !vcpu.running || vcpu.power == Power::on || (vcpu.power == Power::off && vm.turned_off);
    });
}

auto a_protected_vm_stays_off (const State &state) -> bool {
    return all_vcpus (state, [] (const Vm &vm, std::uint64_t, const Vcpu &vcpu) {
        return !vm.is_protected || !vm.turned_off || vcpu.power == Power::off;
    });
}

auto handles_name_one_vm (const State &state) -> bool {
    return state.vms.size () <= RAVELIN_MAX_VMS && !state.used_handles.contains (0) &&
           all_vms (state, [&state] (Handle handle, const Vm &) { return state.used_handles.contains (handle); });
}

constexpr std::array<Theorem, 24> all_theorems{{
    {"The host reaches a page if and only if it owns it, or a VM owns and shares it", host_reaches_its_own},
    {"Only a guest of a protected VM that has run shares a page, and only its own memory", only_protected_vms_share},
    {"A protected VM maps nothing but its own memory, each page once, and may write to it",
     protected_vms_map_their_own},
    {"A plain VM maps nothing but the host's pages", plain_vms_map_the_hosts},
    {"A page of a VM's memory is mapped where that VM has it", owners_map_their_pages},
    {"A control page belongs to one VM that there is", control_pages_are_known},
    {"Nobody reaches a control page", control_pages_are_out_of_reach},
    {"A page is on loan as often as plain VMs map it", loans_are_counted},
    {"The host finds no secret in a page that it reaches", hosts_find_no_secret},
    {"All that a VM maps is in its RAM", mappings_are_in_ram},
    {"Ranges of a VM's RAM don't overlap, and are below its IPA bits", ranges_of_ram_are_apart},
    {"The tables of a VM that isn't dying fit into the pages that it got for them", tables_have_their_pages},
    {"A vCPU that runs is on exactly one CPU, and its VM is no longer new", a_vcpu_is_on_one_cpu},
    {"A CPU runs the host, or a vCPU of a VM that there is", cpus_run_what_there_is},
    {"An SPI is in a list register of one vCPU at most", an_spi_is_listed_once},
    {"Only a vCPU that runs has list registers, and they hold interrupts that there are",
     list_registers_are_of_those_that_run},
    {"An interrupt that a vCPU acknowledged is active, and a private one is on its own",
     an_active_interrupt_is_on_its_vcpu},
    {"Interrupts come from vCPUs that there may be, and go to such", interrupts_name_vcpus},
    {"SGIs are enabled, and pending by their senders alone", sgis_are_on},
    {"The host neither reads nor writes a protected VM's GIC", protected_gics_are_hidden},
    {"A VM's GIC is below its IPA bits, and no RAM is there", a_gic_has_its_place},
    {"A vCPU that is off doesn't run, but for one whose VM was turned off under it", one_that_is_off_does_not_run},
    {"A protected VM that turned itself off stays so", a_protected_vm_stays_off},
    {"A handle is never 0, and never names another VM", handles_name_one_vm},
}};

}  // namespace

auto theorems () -> std::span<const Theorem> {
    return all_theorems;
}

auto broken_theorem (const State &state) -> std::string_view {
    const auto *const broken =
        std::ranges::find_if (all_theorems, [&state] (const Theorem &theorem) { return !theorem.holds (state); });
    return broken == all_theorems.end () ? std::string_view{} : broken->text;
}

}  // namespace ravelin::spec

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/quantifiers.hpp"
#include "sim/spec/theorem_parts.hpp"

#include <algorithm>
#include <unordered_map>

namespace ravelin::spec::theorem {

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

}  // namespace ravelin::spec::theorem

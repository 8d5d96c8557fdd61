// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/state.hpp"

#include <algorithm>

namespace ravelin::spec {

/// Whether @p condition (number, page) holds of all pages of RAM.
template <class Condition>
[[nodiscard]] auto all_pages (const State &state, Condition condition) -> bool {
    bool all = true;
    state.memory.for_each ([&] (PageNumber number, const Page &page) { all = all && condition (number, page); });
    return all;
}

/// Whether @p condition (handle, VM) holds of all VMs.
template <class Condition>
[[nodiscard]] auto all_vms (const State &state, Condition condition) -> bool {
    return std::ranges::all_of (state.vms, [&] (const auto &entry) { return condition (entry.first, entry.second); });
}

/// Whether @p condition (handle, VM, IPA, mapping, page) holds of all that VMs map.
template <class Condition>
[[nodiscard]] auto all_mappings (const State &state, Condition condition) -> bool {
    return all_vms (state, [&] (Handle handle, const Vm &vm) {
        bool all = true;
        vm.space.for_each ([&] (PageNumber ipa, const Mapping &mapping) {
            const Page *const page = state.memory.find (mapping.pa);
            all                    = all && page != nullptr && condition (handle, vm, ipa, mapping, *page);
        });
        return all;
    });
}

/// Whether @p condition (VM, number, vCPU) holds of all vCPUs.
template <class Condition>
[[nodiscard]] auto all_vcpus (const State &state, Condition condition) -> bool {
    return all_vms (state, [&] (Handle, const Vm &vm) {
        for (std::uint64_t number = 0; number < vm.vcpus.size (); ++number) {
            if (vm.vcpus[number] && !condition (vm, number, *vm.vcpus[number])) { return false; }
        }
        return true;
    });
}

/// Whether @p condition (GIC, vCPU, INTID, interrupt) holds of all interrupts of all VMs that have a GIC.
template <class Condition>
[[nodiscard]] auto all_interrupts (const State &state, Condition condition) -> bool {
    return all_vcpus (state, [&] (const Vm &vm, std::uint64_t number, const Vcpu &) {
        bool all = true;
        for (std::uint32_t intid = 0; vm.gic && vm.gic->has (intid); ++intid) {
            all = all && condition (*vm.gic, number, intid, vm.gic->at (number, intid));
        }
        return all;
    });
}

}  // namespace ravelin::spec

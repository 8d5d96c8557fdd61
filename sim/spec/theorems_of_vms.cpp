// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/boot.h"
#include "sim/spec/quantifiers.hpp"
#include "sim/spec/theorem_parts.hpp"

#include <algorithm>
#include <optional>

namespace ravelin::spec::theorem {

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

auto one_that_is_off_does_not_run (const State &state) -> bool {
    return all_vcpus (state, [] (const Vm &vm, std::uint64_t, const Vcpu &vcpu) {
        return !vcpu.running || vcpu.power == Power::on || vm.turned_off;
    });
}

auto a_protected_vm_stays_off (const State &state) -> bool {
    return all_vcpus (state, [] (const Vm &vm, std::uint64_t, const Vcpu &vcpu) {
        return !vm.is_protected || !vm.turned_off || vcpu.power == Power::off;
    });
}

auto protected_vms_begin_in_firmware (const State &state) -> bool {
    const auto is_firmware = [&state] (const Vm &vm, PageNumber ipa) {
        const Mapping *const mapping = vm.space.find (ipa);
        const Page *const page       = mapping == nullptr ? nullptr : state.memory.find (mapping->pa);
        return page != nullptr && page->contents == Contents::firmware && !host_reaches (*page);
    };
    return all_vcpus (state, [&] (const Vm &vm, std::uint64_t number, const Vcpu &vcpu) {
        if (!vm.is_protected || vm.phase != Phase::fresh) { return true; }
        if (number != 0) { return vcpu.power == Power::off; }
        if (!vm.firmware || vcpu.power != Power::on) { return false; }
        for (std::uint64_t i = 0; i < RAVELIN_FIRMWARE_PAGES; ++i) {
            if (!is_firmware (vm, *vm.firmware + i)) { return false; }
        }
        const auto entry = *vm.firmware * RAVELIN_PAGE_SIZE + RAVELIN_FIRMWARE_ENTRY;
        return vcpu.set.at (RAVELIN_REGISTER_PC) == entry && vcpu.set.at (RAVELIN_REGISTER_X0) == 0;
    });
}

auto handles_name_one_vm (const State &state) -> bool {
    return state.vms.size () <= RAVELIN_MAX_VMS && !state.used_handles.contains (0) &&
           all_vms (state, [&state] (Handle handle, const Vm &) { return state.used_handles.contains (handle); });
}

}  // namespace ravelin::spec::theorem

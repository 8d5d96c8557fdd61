// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/quantifiers.hpp"
#include "sim/spec/theorem_parts.hpp"

#include <algorithm>
#include <set>

namespace ravelin::spec::theorem {

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

}  // namespace ravelin::spec::theorem

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/deliverable.hpp"

#include <algorithm>
#include <optional>

namespace ravelin::spec {

auto holder (const Vm &vm, std::uint32_t intid) -> const Vcpu * {
    for (const auto &vcpu : vm.vcpus) {
        if (vcpu && vcpu->running && vcpu->interface.find (intid) != nullptr) { return &*vcpu; }
    }
    return nullptr;
}

auto was_offered_elsewhere (const Vm &vm, std::uint64_t number, std::uint32_t intid) -> bool {
    for (std::uint64_t other = 0; intid >= first_spi && other < vm.vcpus.size (); ++other) {
        const Vcpu *const vcpu = vm.vcpu (other);
        if (other == number || vcpu == nullptr || !vcpu->running) { continue; }
        if (vcpu->offered.find (intid) != nullptr || vcpu->interface.ended != 0) { return true; }
    }
    return false;
}

auto is_held_by_another (const Vm &vm, std::uint64_t number, std::uint32_t intid) -> bool {
    if (intid < first_spi) { return false; }
    const Vcpu *const found = holder (vm, intid);
    return found != nullptr && found != vm.vcpu (number);
}

auto is_nobody_elses (const Vm &vm, std::uint64_t number, std::uint32_t intid) -> bool {
    return !was_offered_elsewhere (vm, number, intid) && !has_other_target (vm, number, intid, [] (const Vcpu &other) {
        return !other.running || other.interface.tells_no_pending;
    });
}

auto is_masked (const CpuInterface &interface, const Interrupt &interrupt) -> bool {
    const bool group = (interface.control >> (interrupt.group1 ? 1 : 0) & 1) != 0;
    return !group || interrupt.priority >= interface.priority_mask || interface.active_priorities != 0;
}

auto has_certain_interrupt (const Vm &vm, std::uint64_t number) -> bool {
    bool found = false;
    if (!vm.gic) { return false; }
    for_each_deliverable (vm, number, [&] (std::uint32_t intid, const Interrupt &interrupt) {
        const bool others = has_other_target (vm, number, intid, [] (const Vcpu &) { return true; });
        // Whoever has just ended it comes back for it.
        const bool there = was_offered_elsewhere (vm, number, intid);
        found            = found || (!others && !there && !is_masked (vm.vcpu (number)->interface, interrupt));
    });
    return found;
}

auto has_possible_interrupt (const Vm &vm, std::uint64_t number) -> bool {
    bool found = false;
    if (!vm.gic) { return false; }
    vm.controller ().for_each_busy (number, [&] (std::uint32_t intid, Interrupt interrupt) {
        interrupt.latched = interrupt.latched || interrupt.may_be_pending () || interrupt.rises;
        interrupt.active  = interrupt.active && !interrupt.active_in_doubt;
        found = found || (vm.controller ().deliverable (interrupt) && vm.controller ().reaches (number, intid));
    });
    // What another gives back may be its; what that is isn't known before.
    return found || std::ranges::any_of (vm.vcpus, [&] (const std::optional<Vcpu> &other) {
               return other && &*other != vm.vcpu (number) && other->running &&
                      std::ranges::any_of (other->offered.list, [&] (const ListRegister &entry) {
                          return !entry.empty () && entry.intid >= first_spi &&
                                 vm.controller ().reaches (number, entry.intid);
                      });
           });
}

}  // namespace ravelin::spec

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/following.hpp"

#include "sim/spec/deliverable.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace ravelin::spec {
namespace {

/// What of a list register hardware never changes.
auto identity (ListRegister entry) -> ListRegister {
    entry.pending = entry.active = false;
    return entry;
}

/// Whether a CPU interface makes @p now of @p before, by acknowledging and by ending.
auto can_become (const ListRegister &before, const ListRegister &now) -> bool {
    if (now.empty ()) { return true; }
    if (before.empty () || identity (before) != identity (now)) { return false; }
    return before.active ? !now.pending || before.pending : !(now.pending && now.active);
}

void acknowledge (Interrupt &interrupt, const ListRegister &entry, std::uint64_t number) {
    const bool again   = interrupt.came_again;
    const bool is_sgi  = entry.intid < first_ppi;
    const auto sources = static_cast<std::uint8_t> (1U << entry.source);
    interrupt.unlatch ();
    interrupt.pending_in_doubt = again && !is_sgi;
    interrupt.sources &= static_cast<std::uint8_t> (~sources);
    interrupt.sources_in_doubt &= static_cast<std::uint8_t> (~sources);
    if (again && is_sgi) { interrupt.sources_in_doubt |= sources; }
    interrupt.source          = entry.source;
    interrupt.active          = true;
    interrupt.active_in_doubt = interrupt.written_late;
    interrupt.active_on       = number;
    interrupt.taken_at        = entry.priority;
    interrupt.source_in_doubt = false;
}

/// Whether it or this one has an interrupt there.
auto is_listed (const Vm &vm, std::uint64_t number, std::uint32_t intid) -> bool {
    return vm.vcpu (number)->interface.find (intid) != nullptr || is_held_by_another (vm, number, intid);
}

/// The guest ended an interrupt that is in no list register: of those that it acknowledged the last one, as it must.
/// One preempts another only if it is better; so that is the best by the priority that it had then, whatever is written
/// to GICD_IPRIORITYR since: nobody takes back that they are nested [4.3.11]. EL2 isn't told which, and what a write
/// has made active has no place in that order.
void end_remembered (Vm &vm, std::uint64_t number) {
    std::vector<std::uint32_t> perhaps;
    std::uint32_t ended = ~0U;
    vm.controller ().for_each_busy (number, [&] (std::uint32_t intid, const Interrupt &interrupt) {
        const bool certain = !interrupt.active_in_doubt && interrupt.active_on == number;
        if (certain && vm.vcpu (number)->interface.find (intid) == nullptr) {
            ended = std::min (ended, rank (intid, interrupt.taken_at));
        }
    });
    vm.controller ().for_each_busy (number, [&] (std::uint32_t intid, const Interrupt &interrupt) {
        const bool here     = interrupt.active_on.value_or (number) == number && !is_listed (vm, number, intid);
        const bool possible = interrupt.active || interrupt.active_in_doubt;
        const bool as_good  = !interrupt.active_on || rank (intid, interrupt.taken_at) <= ended;
        if (here && possible && as_good) { perhaps.push_back (intid); }
    });
    for (const std::uint32_t intid : perhaps) {
        vm.controller ().change (number, intid, [&] (Interrupt &interrupt) {
            const bool certain        = perhaps.size () == 1 && interrupt.active_on == number;
            interrupt.active_in_doubt = true;
            if (certain) { interrupt.deactivate (); }
        });
    }
}

}  // namespace

void set_timer_wires (Vm &vm, std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t number = 0; vm.gic && number < vm.vcpus.size (); ++number) {
        const Vcpu *const vcpu = std::as_const (vm).vcpu (number);
        if (vcpu == nullptr || !vcpu->running) { continue; }
        const auto set = [&] (std::uint32_t intid, const Timer &timer, std::uint64_t offset) {
            const bool line    = timer.raises (first - offset);
            const bool rises   = !line && timer.raises (last - offset);
            const auto &before = std::as_const (vm).controller ().at (number, intid);
            if (before.line != line || before.rises != rises) {
                vm.controller ().change (number, intid,
                                         [=] (Interrupt &wired) { wired.line = line, wired.rises = rises; });
            }
        };
        set (virtual_timer, vcpu->virtual_timer, vm.time_offset);
        set (physical_timer, vcpu->physical_timer, 0);
    }
}

auto follow (Vm &vm, std::uint64_t number, const CpuInterface &now) -> std::string_view {
    Vcpu &vcpu = *vm.vcpu (number);
    for (std::size_t i = 0; i < now.list.size (); ++i) {
        if (!can_become (vcpu.interface.list[i], now.list[i])) {
            return "no CPU interface does this to a list register";
        }
    }
    unsigned ended               = (now.ended - vcpu.interface.ended) % CpuInterface::ends_counted;
    const CpuInterface interface = std::exchange (vcpu.interface, now);
    for (std::size_t i = 0; i < now.list.size (); ++i) {
        const ListRegister &before = interface.list[i];
        const ListRegister &after  = now.list[i];
        if (before.pending && !after.pending) {
            vm.controller ().change (number, before.intid, [&] (Interrupt &it) { acknowledge (it, before, number); });
        }
        if (after.active || before.empty () || (!before.active && after.pending)) { continue; }
        vm.controller ().change (number, before.intid, [] (Interrupt &it) { it.end (); });
    }
    for (; vm.gic && ended != 0; --ended) {
        end_remembered (vm, number);
    }
    return {};
}

}  // namespace ravelin::spec

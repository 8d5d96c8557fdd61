// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/listing.hpp"

#include "sim/spec/deliverable.hpp"

#include <algorithm>
#include <vector>

namespace ravelin::spec {
namespace {

/// Whether a list register tells that an interrupt of which that is in doubt is pending.
auto tells_pending (const Interrupt &interrupt, const ListRegister &entry) -> bool {
    const bool by_wire    = interrupt.line && !interrupt.edge;
    const bool may_be_its = (interrupt.sources_in_doubt >> entry.source & 1) != 0;
    return entry.pending && (entry.intid < first_ppi ? may_be_its : interrupt.pending_in_doubt && !by_wire);
}

/// It is.
void make_pending (Interrupt &interrupt, const ListRegister &entry) {
    if (entry.intid >= first_ppi) {
        interrupt.latch ();
        return;
    }
    const auto source = static_cast<std::uint8_t> (1U << entry.source);
    interrupt.sources |= source;
    interrupt.sources_in_doubt &= static_cast<std::uint8_t> (~source);
}

/// It isn't, as far as that was in doubt.
void make_not_pending (Interrupt &interrupt) {
    interrupt.pending_in_doubt = false;
    interrupt.sources_in_doubt = 0;
}

/// Why one list register may not be offered.
auto objection_to (const Vm &vm, std::uint64_t number, const ListRegister &entry, bool stays) -> std::string_view {
    const Gic &gic = vm.controller ();
    if (!gic.has (entry.intid)) { return "a list register holds an interrupt that there isn't"; }
    Interrupt interrupt = gic.at (number, entry.intid);
    const bool is_sgi   = entry.intid < first_ppi;
    // A doubt is settled by what is offered.
    if (interrupt.active_in_doubt) { interrupt.active = entry.active; }
    if (tells_pending (interrupt, entry)) { make_pending (interrupt, entry); }

    // Of one that has been acknowledged these don't matter, and nobody is told that they change.
    const bool late = stays && entry.active;
    if (entry.priority != interrupt.priority && !late) { return "a list register's priority"; }
    if (entry.group1 != interrupt.group1 && !late) { return "a list register's group"; }
    if (entry.active != interrupt.active) { return "whether an interrupt in a list register is active"; }
    if (entry.active && interrupt.active_on && interrupt.active_on != number) {
        return "an interrupt is active on another vCPU";
    }
    if (entry.pending && !interrupt.pending ()) { return "a list register offers what isn't pending"; }
    if (!entry.active && !gic.deliverable (interrupt)) { return "a list register offers what is disabled"; }
    if (!entry.active && !gic.reaches (number, entry.intid)) { return "a list register offers what goes elsewhere"; }
    if (is_sgi && entry.pending && (interrupt.sources >> entry.source & 1) == 0) {
        return "a list register names a vCPU that didn't send the SGI";
    }
    if (is_sgi && !entry.pending && !interrupt.may_come_from (entry.source)) {
        return "a list register names another vCPU than the active SGI's";
    }
    if (entry.hardware) { return "ending a virtual interrupt ends a physical one"; }
    if (!is_sgi && !interrupt.edge && !entry.eoi) { return "nobody looks at a wire when its interrupt is ended"; }
    if (entry.active && interrupt.pending () && !entry.pending && !entry.eoi) {
        return "an interrupt that came again while it was active is forgotten";
    }
    return {};
}

/// The rank of the last pending interrupt in list registers, and their number.
struct Listed {
    explicit Listed (const CpuInterface &offered) {
        for (const ListRegister &entry : offered.list) {
            if (entry.pending && !entry.active) {
                worst = std::max (worst, rank (entry.intid, entry.priority));
                ++count;
            }
        }
    }

    std::uint32_t worst{};
    std::size_t count{};

    [[nodiscard]] auto full () const -> bool { return count == CpuInterface::list_registers; }
};

/// What these list registers should hold, or remind of, and don't; empty: nothing. Where nobody has looked at the
/// interrupts, a place that has become free may stay so until nothing is pending.
auto forgotten (const Vm &vm, std::uint64_t number, const CpuInterface &offered, bool looked) -> std::string_view {
    const Listed listed{offered};
    std::string_view why;
    for_each_deliverable (vm, number, [&] (std::uint32_t intid, const Interrupt &interrupt) {
        const ListRegister *const entry = offered.find (intid);
        const bool more                 = (interrupt.sources & (interrupt.sources - 1)) != 0;
        if (entry != nullptr) {
            if (more && !entry->eoi && !offered.tells_no_pending) { why = "an SGI of another vCPU is forgotten"; }
            return;
        }
        if (!is_nobody_elses (vm, number, intid)) { return; }
        const bool better = rank (intid, interrupt.priority) < listed.worst;
        if (!listed.full () && (looked || !offered.tells_no_pending)) { why = "an interrupt isn't offered"; }
        if (listed.full () && better) { why = "a worse interrupt is offered, and a better one isn't"; }
        if (listed.full () && !offered.tells_no_pending) { why = "an interrupt that found no place is forgotten"; }
    });
    vm.controller ().for_each_busy (number, [&] (std::uint32_t intid, const Interrupt &interrupt) {
        const bool waits = interrupt.active && !interrupt.active_in_doubt && interrupt.active_on == number &&
                           offered.find (intid) == nullptr;
        const bool tells = offered.tells_ended || (offered.control & interface_eoi_mode) != 0;
        if (waits && !tells) { why = "an active interrupt that found no place is forgotten"; }
    });
    return why;
}

}  // namespace

auto objection_to (const Vm &vm, std::uint64_t number, const Hardware &now, bool looked) -> std::string_view {
    const CpuInterface &offered = now.interface;
    const CpuInterface &found   = vm.vcpu (number)->interface;
    for (const ListRegister &entry : offered.list) {
        if (entry.empty ()) { continue; }
        if (!vm.gic) { return "a list register is in use without a GIC"; }
        if (offered.find (entry.intid) != &entry) { return "two list registers hold the same interrupt"; }
        if (is_held_by_another (vm, number, entry.intid)) { return "two vCPUs have an interrupt in list registers"; }
        const bool stays = found.find (entry.intid) != nullptr && *found.find (entry.intid) == entry;
        if (stays && (now.interrupted || (entry.intid == virtual_timer && !looked))) { continue; }
        if (const auto why = objection_to (vm, number, entry, stays); !why.empty ()) { return why; }
    }
    if (!vm.gic) { return {}; }
    if (now.timer_held && looked && !vm.controller ().at (number, virtual_timer).line) {
        return "the virtual timer's wire is down, and nobody would see it rise";
    }
    return now.interrupted ? std::string_view{} : forgotten (vm, number, offered, looked);
}

void settle_doubts (Vm &vm, std::uint64_t number, const CpuInterface &offered) {
    if (!vm.gic) { return; }
    const bool full = Listed{offered}.full ();
    std::vector<std::uint32_t> doubtful;
    vm.controller ().for_each_busy (number, [&] (std::uint32_t intid, const Interrupt &interrupt) {
        const bool is_doubtful = interrupt.may_be_pending () || interrupt.active_in_doubt || interrupt.source_in_doubt;
        if (is_doubtful) { doubtful.push_back (intid); }
    });
    for (const std::uint32_t intid : doubtful) {
        const ListRegister *const entry = offered.find (intid);
        vm.controller ().change (number, intid, [&] (Interrupt &interrupt) {
            if (entry != nullptr && interrupt.active_in_doubt) {
                interrupt.active_in_doubt = false;
                if (!entry->active) { interrupt.deactivate (); }
            }
            if (entry != nullptr && entry->active && interrupt.source_in_doubt) {
                interrupt.source          = entry->source;
                interrupt.source_in_doubt = false;
            }
            if (entry != nullptr && tells_pending (interrupt, *entry)) { make_pending (interrupt, *entry); }
            // An SGI of another sender, and nobody would look for this one's when it is ended.
            if (entry != nullptr && !entry->eoi && !offered.tells_no_pending) { make_not_pending (interrupt); }
            Interrupt if_pending = interrupt;
            if_pending.latched   = true;
            const bool offerable = vm.controller ().deliverable (if_pending) &&
                                   vm.controller ().reaches (number, intid) && is_nobody_elses (vm, number, intid) &&
                                   !is_held_by_another (vm, number, intid);
            if (entry == nullptr && offerable && !full && !interrupt.active_in_doubt) { make_not_pending (interrupt); }
        });
    }
}

void settle_late_writes (Vm &vm, std::uint64_t number, const CpuInterface &offered) {
    for (const ListRegister &entry : offered.list) {
        if (entry.empty () || !vm.controller ().at (number, entry.intid).written_late) { continue; }
        vm.controller ().change (number, entry.intid, [] (Interrupt &interrupt) { interrupt.written_late = false; });
    }
}

auto must_be_told (const Vm &vm, std::uint64_t number) -> bool {
    if (!vm.gic) { return false; }
    const CpuInterface &interface = vm.vcpu (number)->interface;
    const Listed listed{interface};
    bool must = false;
    for_each_deliverable (vm, number, [&] (std::uint32_t intid, const Interrupt &interrupt) {
        if (interface.find (intid) != nullptr || !is_nobody_elses (vm, number, intid)) { return; }
        const bool better = rank (intid, interrupt.priority) < listed.worst;
        must              = must || better || (!listed.full () && !interface.tells_no_pending);
    });
    return must;
}

}  // namespace ravelin::spec

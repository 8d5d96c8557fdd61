// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/delivery.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace ravelin::spec {
namespace {

/// Interrupts come in this order: by priority, and then by number.
auto rank (std::uint32_t intid, std::uint8_t priority) -> std::uint32_t {
    return std::uint32_t{priority} << 10 | intid;
}

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
    const bool again = interrupt.came_again;
    interrupt.unlatch ();
    interrupt.pending_in_doubt = again;
    interrupt.sources &= static_cast<std::uint8_t> (~(1U << entry.source));
    interrupt.source    = entry.source;
    interrupt.active    = true;
    interrupt.active_on = number;
}

void deactivate (Interrupt &interrupt) {
    interrupt.deactivate ();
}

/// Whether another vCPU of the VM that runs has the SPI in a list register.
auto is_held_by_another (const Vm &vm, std::uint64_t number, std::uint32_t intid) -> bool {
    if (intid < first_spi) { return false; }
    const Vcpu *const found = holder (vm, intid);
    return found != nullptr && found != vm.vcpu (number);
}

/// Whether it or this one has an interrupt there.
auto is_listed (const Vm &vm, std::uint64_t number, std::uint32_t intid) -> bool {
    return vm.vcpu (number)->interface.find (intid) != nullptr || is_held_by_another (vm, number, intid);
}

/// The guest ended an interrupt that is in no list register: the best of those that it acknowledged, as it must. EL2
/// isn't told which, and if a write has made others active that are as good it can't know.
void end_remembered (Vm &vm, std::uint64_t number) {
    std::vector<std::uint32_t> perhaps;
    std::uint32_t ended = ~0U;
    vm.controller ().for_each_busy (number, [&] (std::uint32_t intid, const Interrupt &interrupt) {
        const bool certain = !interrupt.active_in_doubt && interrupt.active_on == number;
        if (certain && vm.vcpu (number)->interface.find (intid) == nullptr) {
            ended = std::min (ended, rank (intid, interrupt.priority));
        }
    });
    vm.controller ().for_each_busy (number, [&] (std::uint32_t intid, const Interrupt &interrupt) {
        const bool here     = interrupt.active_on.value_or (number) == number && !is_listed (vm, number, intid);
        const bool possible = interrupt.active || interrupt.active_in_doubt;
        if (here && possible && rank (intid, interrupt.priority) <= ended) { perhaps.push_back (intid); }
    });
    for (const std::uint32_t intid : perhaps) {
        vm.controller ().change (number, intid, [&] (Interrupt &interrupt) {
            interrupt.active_in_doubt = true;
            if (perhaps.size () == 1) { interrupt.deactivate (); }
        });
    }
}

/// Whether an interrupt may go to another vCPU too, one that isn't off and satisfies @p condition (vCPU).
template <class Condition>
auto has_other_target (const Vm &vm, std::uint64_t number, std::uint32_t intid, Condition condition) -> bool {
    const unsigned targets = intid < first_spi ? 0 : vm.controller ().targets (vm.controller ().at (number, intid));
    for (std::uint64_t other = 0; targets != 0 && other < RAVELIN_MAX_VCPUS; ++other) {
        const Vcpu *const vcpu = vm.vcpu (other);
        const bool is_target   = other != number && (targets >> other & 1) != 0;
        if (is_target && vcpu != nullptr && vcpu->power != Power::off && condition (*vcpu)) { return true; }
    }
    return false;
}

/// Whether no other vCPU would do: those of its targets that are on run, and don't have it or have just had it.
auto is_nobody_elses (const Vm &vm, std::uint64_t number, std::uint32_t intid) -> bool {
    return !was_offered_elsewhere (vm, number, intid) &&
           !has_other_target (vm, number, intid, [] (const Vcpu &other) { return !other.running; });
}

/// Calls @p visit (intid, interrupt) for each interrupt that can be delivered to a vCPU and that no other has.
template <class Visit>
void for_each_deliverable (const Vm &vm, std::uint64_t number, Visit visit) {
    vm.controller ().for_each_busy (number, [&] (std::uint32_t intid, const Interrupt &interrupt) {
        const bool doubtful = interrupt.active_in_doubt || interrupt.pending_in_doubt;
        if (!doubtful && vm.controller ().deliverable (interrupt) && vm.controller ().reaches (number, intid) &&
            !is_held_by_another (vm, number, intid)) {
            visit (intid, interrupt);
        }
    });
}

/// Whether a list register tells that an interrupt of which that is in doubt is pending.
auto tells_pending (const Interrupt &interrupt, const ListRegister &entry) -> bool {
    const bool same_sender = entry.intid >= first_ppi || entry.source == interrupt.source;
    return interrupt.pending_in_doubt && entry.pending && same_sender;
}

/// It is.
void make_pending (Interrupt &interrupt, bool is_sgi) {
    interrupt.pending_in_doubt = false;
    if (is_sgi) {
        interrupt.sources |= static_cast<std::uint8_t> (1U << interrupt.source);
    } else {
        interrupt.latched = true;
    }
}

/// Why one list register may not be offered.
auto objection_to (const Vm &vm, std::uint64_t number, const ListRegister &entry) -> std::string_view {
    const Gic &gic = vm.controller ();
    if (!gic.has (entry.intid)) { return "a list register holds an interrupt that there isn't"; }
    Interrupt interrupt = gic.at (number, entry.intid);
    const bool is_sgi   = entry.intid < first_ppi;
    // A doubt is settled by what is offered.
    if (interrupt.active_in_doubt) { interrupt.active = entry.active; }
    if (tells_pending (interrupt, entry)) { make_pending (interrupt, is_sgi); }

    if (entry.priority != interrupt.priority) { return "a list register's priority"; }
    if (entry.group1 != interrupt.group1) { return "a list register's group"; }
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
    if (is_sgi && !entry.pending && entry.source != interrupt.source) {
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

auto holder (const Vm &vm, std::uint32_t intid) -> const Vcpu * {
    for (const auto &vcpu : vm.vcpus) {
        if (vcpu && vcpu->running && vcpu->interface.find (intid) != nullptr) { return &*vcpu; }
    }
    return nullptr;
}

auto was_offered_elsewhere (const Vm &vm, std::uint64_t number, std::uint32_t intid) -> bool {
    for (std::uint64_t other = 0; intid >= first_spi && other < vm.vcpus.size (); ++other) {
        const Vcpu *const vcpu = vm.vcpu (other);
        if (other != number && vcpu != nullptr && vcpu->running && vcpu->offered.find (intid) != nullptr) {
            return true;
        }
    }
    return false;
}

void set_timer_wires (Vm &vm, std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t number = 0; vm.gic && number < vm.vcpus.size (); ++number) {
        const Vcpu *const vcpu = std::as_const (vm).vcpu (number);
        if (vcpu == nullptr) { continue; }
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
    if (now.ended < vcpu.interface.ended) { return "no CPU interface counts back"; }
    unsigned ended               = now.ended - vcpu.interface.ended;
    const CpuInterface interface = std::exchange (vcpu.interface, now);
    for (std::size_t i = 0; i < now.list.size (); ++i) {
        const ListRegister &before = interface.list[i];
        const ListRegister &after  = now.list[i];
        if (before.pending && !after.pending) {
            vm.controller ().change (number, before.intid, [&] (Interrupt &it) { acknowledge (it, before, number); });
        }
        if (after.active || before.empty () || (!before.active && after.pending)) { continue; }
        vm.controller ().change (number, before.intid, deactivate);
    }
    for (; vm.gic && ended != 0; --ended) {
        end_remembered (vm, number);
    }
    return {};
}

auto objection_to (const Vm &vm, std::uint64_t number, const Hardware &now, bool about_interrupts) -> std::string_view {
    const CpuInterface &offered = now.interface;
    const CpuInterface &found   = vm.vcpu (number)->interface;
    for (const ListRegister &entry : offered.list) {
        if (entry.empty ()) { continue; }
        if (!vm.gic) { return "a list register is in use without a GIC"; }
        if (offered.find (entry.intid) != &entry) { return "two list registers hold the same interrupt"; }
        if (is_held_by_another (vm, number, entry.intid)) { return "two vCPUs have an interrupt in list registers"; }
        const bool stays = found.find (entry.intid) != nullptr && *found.find (entry.intid) == entry;
        if (stays && (now.interrupted || (entry.intid == virtual_timer && !about_interrupts))) { continue; }
        if (const auto why = objection_to (vm, number, entry); !why.empty ()) { return why; }
    }
    if (!vm.gic) { return {}; }
    if (now.timer_held && about_interrupts && !vm.controller ().at (number, virtual_timer).line) {
        return "the virtual timer's wire is down, and nobody would see it rise";
    }
    return now.interrupted ? std::string_view{} : forgotten (vm, number, offered, about_interrupts);
}

void settle_doubts (Vm &vm, std::uint64_t number, const CpuInterface &offered) {
    if (!vm.gic) { return; }
    const bool full = Listed{offered}.full ();
    std::vector<std::uint32_t> doubtful;
    vm.controller ().for_each_busy (number, [&] (std::uint32_t intid, const Interrupt &interrupt) {
        if (interrupt.pending_in_doubt || interrupt.active_in_doubt) { doubtful.push_back (intid); }
    });
    for (const std::uint32_t intid : doubtful) {
        const ListRegister *const entry = offered.find (intid);
        vm.controller ().change (number, intid, [&] (Interrupt &interrupt) {
            if (entry != nullptr && interrupt.active_in_doubt) {
                interrupt.active_in_doubt = false;
                if (!entry->active) { interrupt.deactivate (); }
            }
            if (entry != nullptr && tells_pending (interrupt, *entry)) { make_pending (interrupt, intid < first_ppi); }
            // An SGI of another sender, and nobody would look for this one's when it is ended.
            if (entry != nullptr && !entry->eoi && !offered.tells_no_pending) { interrupt.pending_in_doubt = false; }
            Interrupt if_pending = interrupt;
            if_pending.latched   = true;
            const bool offerable = vm.controller ().deliverable (if_pending) &&
                                   vm.controller ().reaches (number, intid) && is_nobody_elses (vm, number, intid) &&
                                   !is_held_by_another (vm, number, intid);
            if (entry == nullptr && offerable && !full && !interrupt.active_in_doubt) {
                interrupt.pending_in_doubt = false;
            }
        });
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

auto is_masked (const CpuInterface &interface, const Interrupt &interrupt) -> bool {
    const bool group = (interface.control >> (interrupt.group1 ? 1 : 0) & 1) != 0;
    return !group || interrupt.priority >= interface.priority_mask || interface.active_priorities != 0;
}

auto has_certain_interrupt (const Vm &vm, std::uint64_t number) -> bool {
    bool found = false;
    if (!vm.gic) { return false; }
    for_each_deliverable (vm, number, [&] (std::uint32_t intid, const Interrupt &interrupt) {
        const bool others = has_other_target (vm, number, intid, [] (const Vcpu &) { return true; });
        found             = found || (!others && !is_masked (vm.vcpu (number)->interface, interrupt));
    });
    return found;
}

auto has_possible_interrupt (const Vm &vm, std::uint64_t number) -> bool {
    bool found = false;
    if (!vm.gic) { return false; }
    vm.controller ().for_each_busy (number, [&] (std::uint32_t intid, Interrupt interrupt) {
        interrupt.latched = interrupt.latched || interrupt.pending_in_doubt || interrupt.rises;
        interrupt.active  = interrupt.active && !interrupt.active_in_doubt;
        found = found || (vm.controller ().deliverable (interrupt) && vm.controller ().reaches (number, intid));
    });
    return found;
}

}  // namespace ravelin::spec

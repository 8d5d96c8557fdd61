// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/virtual_gic.hpp"

#include "hyp/vm/guest_timer.hpp"

#include <bit>

namespace ravelin {

void VirtualGic::enter () {
    self_->kicked_at.store_release (cpu_.index ().value () + 1);
    hardware_.lists.set_state (cpu_, self_->interface);
    hardware_.lists.set_control (cpu_, gich_hcr::enable.mask ());
    hardware_.kicks.begin (cpu_, hardware_.gic);
    static_cast<void> (update ());
}

auto VirtualGic::leave () -> bool {
    {
        Locked<Distributor> gic{cpu_, distributor_};
        const unsigned lists = gic->vcpus[self_->number].lists;
        take_back (*gic);
        for (unsigned i = 0; i < lists; ++i) {
            hardware_.lists.set_list (cpu_, i, 0);
        }
        // The guest may have moved its timer since.
        sample_timers (*gic);
    }
    self_->interface = hardware_.lists.state (cpu_);
    // Nothing asks for maintenance while the host runs.
    hardware_.lists.set_control (cpu_, 0);
    hardware_.kicks.end (cpu_, hardware_.gic);
    self_->kicked_at.store_release (0);
    // Either this CPU sees what others have done for the vCPU, or they see that it has to be woken: see tell().
    cpu_.dsb<hal::Dsb::ish> ();
    Locked<Distributor> gic{cpu_, distributor_};
    return gic->has_work (self_->number);
}

auto VirtualGic::update () -> bool {
    Locked<Distributor> gic{cpu_, distributor_};
    take_back (*gic);
    return list (*gic);
}

void VirtualGic::take_back (Distributor &gic) {
    const auto &own = gic.vcpus[self_->number];
    std::array<std::uint32_t, list_register::count> lists{};
    for (unsigned i = 0; i < own.lists; ++i) {
        lists[i]         = hardware_.lists.list (cpu_, i);
        const bool ended = !list_register::pending.any (lists[i]) && !list_register::active.any (lists[i]);
        // No interrupt may be in two of them, not even while they are written.
        if (!ended) { hardware_.lists.set_list (cpu_, i, 0); }
    }
    const auto ends = own.more_active ? gich_hcr::unlisted_ends.get (hardware_.lists.control (cpu_)) : 0;
    tell (gic, ravelin::take_back (gic, self_->number, {lists.data (), own.lists}, ends));
}

auto VirtualGic::list (Distributor &gic) -> bool {
    sample_timers (gic);
    auto &own          = gic.vcpus[self_->number];
    const auto control = [] (bool more_pending, bool more_active) {
        return gich_hcr::enable.mask () | (more_pending ? gich_hcr::none_pending.mask () : 0) |
               (more_active ? gich_hcr::unlisted_end.mask () : 0);
    };
    const bool had_more  = own.more_pending || own.more_active;
    const auto before    = own.in_hardware;
    const Listing chosen = ravelin::list (gic, self_->number);
    for (unsigned i = 0; i < chosen.lists.size (); ++i) {
        hardware_.lists.set_list (cpu_, i, chosen.lists[i]);
    }
    for (auto i = static_cast<unsigned> (chosen.lists.size ()); i < before; ++i) {
        hardware_.lists.set_list (cpu_, i, 0);
    }
    hold_timer ((own.own.line >> virtual_timer_intid & 1) != 0);
    if (had_more || chosen.more_pending || chosen.more_active) {
        hardware_.lists.set_control (cpu_, control (chosen.more_pending, chosen.more_active));
    }
    return chosen.pending != 0;
}

void VirtualGic::hold_timer (bool hold) {
    if (hold && !self_->timer_held) { hardware_.gic.set_active (cpu_, virtual_timer_intid); }
    if (!hold && self_->timer_held) { hardware_.gic.clear_active (cpu_, virtual_timer_intid); }
    self_->timer_held = hold;
}

void VirtualGic::sample_timers (Distributor &gic) {
    auto &line = gic.vcpus[self_->number].own.line;
    line       = (virtual_timer_fires (cpu_) ? 1U << virtual_timer_intid : 0) |
           (physical_timer_fires (cpu_, *self_) ? 1U << physical_timer_intid : 0);
}

auto VirtualGic::others_settle (Distributor &gic) -> bool {
    auto &waits          = gic.vcpus[self_->number].waits_for_others;
    std::uint32_t others = 0;
    for (unsigned i = 0; i < vm_.vcpu_limit; ++i) {
        others |= i != self_->number && gic.vcpus[i].lists != 0 ? 1U << i : 0;
    }
    if (!waits) {
        gic.sync_wanted |= others;
        tell (gic, others);
    }
    waits = (gic.sync_wanted & others) != 0;
    return !waits;
}

auto VirtualGic::access (const Access &access) -> std::optional<std::uint32_t> {
    Locked<Distributor> gic{cpu_, distributor_};
    const DistributorAccess target{*gic, self_->number, access.offset, access.bytes};
    if (!access.written && !target.needs_lists ()) { return target.read (); }

    take_back (*gic);
    std::optional<std::uint32_t> value = 0;
    if (access.written) {
        tell (*gic, target.write (*access.written));
    } else if (!target.needs_others () || others_settle (*gic)) {
        sample_timers (*gic);
        value = target.read ();
    } else {
        value.reset ();
    }
    static_cast<void> (list (*gic));
    return value;
}

void VirtualGic::deactivate (std::uint32_t intid) {
    // The register that does the same, at the bit of this interrupt.
    constexpr std::uint64_t icactiver   = 0x380;
    constexpr std::uint32_t intid_field = 0x3ff;
    intid &= intid_field;
    const auto word = intid / Distributor::banked;
    Locked<Distributor> gic{cpu_, distributor_};
    take_back (*gic);
    const DistributorAccess target{*gic, self_->number, icactiver + word * 4, 4};
    if (word < gic->banks) { tell (*gic, target.write (1U << intid % Distributor::banked)); }
    static_cast<void> (list (*gic));
}

void VirtualGic::set_line (std::uint32_t intid, bool level) {
    Locked<Distributor> gic{cpu_, distributor_};
    tell (*gic, gic->set_line (intid, level));
}

auto VirtualGic::get (unsigned vcpu, std::uint64_t offset) -> std::uint32_t {
    Locked<Distributor> gic{cpu_, distributor_};
    return DistributorAccess{*gic, vcpu, offset, sizeof (std::uint32_t)}.read ();
}

void VirtualGic::set (unsigned vcpu, std::uint64_t offset, std::uint32_t value) {
    Locked<Distributor> gic{cpu_, distributor_};
    static_cast<void> (DistributorAccess{*gic, vcpu, offset, sizeof (std::uint32_t)}.write (value));
}

void VirtualGic::tell (Distributor &gic, std::uint32_t vcpus) {
    if (self_ != nullptr) { vcpus &= ~(1U << self_->number); }
    vcpus &= (1U << vm_.vcpu_limit) - 1;
    for (; vcpus != 0; vcpus &= vcpus - 1) {
        const auto number = static_cast<unsigned> (std::countr_zero (vcpus));
        if (!vm_.vcpus[number]) { continue; }
        auto &vcpu = cpu_.object<Vcpu> (*vm_.vcpus[number]);
        cpu_.dsb<hal::Dsb::ish> ();
        if (const auto where = vcpu.kicked_at.load_acquire (); where != 0) {
            hardware_.kicks.send (cpu_, hardware_.gic, CpuIndex{where - 1});
        } else if (vcpu.power.load_acquire () == VcpuPower::on && gic.has_work (number)) {
            to_wake_ |= 1U << number;
        }
    }
}

}  // namespace ravelin

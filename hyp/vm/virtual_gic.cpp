// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/virtual_gic.hpp"

#include "hyp/vm/guest_timer.hpp"

#include <bit>

namespace ravelin {

void VirtualGic::take_back (Distributor &gic) {
    auto &own = gic.vcpus[self_->number];
    gic.sync_wanted &= ~(1U << self_->number);
    std::uint32_t strays = 0;
    if (own.more_active) [[unlikely]] {
        const auto ends = gich_hcr::unlisted_ends.get (hardware_.lists.control (cpu_));
        strays          = end_unlisted (gic, self_->offered, self_->number, ends);
    }
    for (; own.lists != 0; --own.lists) {
        const unsigned i = own.lists - 1U;
        const auto list  = hardware_.lists.list (cpu_, i);
        // No interrupt may be in two of them, not even while they are written; nor does one that has ended ask for
        // maintenance any more.
        hardware_.lists.set_list (cpu_, i, 0);
        if (list_register::intid.get (list) < Distributor::banked) {
            take_back_own (own, list);
        } else {
            strays |= take_back_shared (gic, self_->number, list);
        }
    }
    if (strays != 0) [[unlikely]] { tell (gic, strays); }
}

auto VirtualGic::list (Distributor &gic) -> bool {
    auto &own        = gic.vcpus[self_->number];
    const bool fires = sample_timers (own.own);
    if (fires != self_->timer_held) { hold_timer (fires); }
    const auto one = own.more_pending || own.more_active ? std::nullopt : list_one (gic, self_->offered, self_->number);
    if (!one) [[unlikely]] { return list_many (gic); }
    if (*one == 0) { return false; }
    hardware_.lists.set_list (cpu_, 0, *one);
    own.lists = 1;
    return true;
}

auto VirtualGic::list_many (Distributor &gic) -> bool {
    auto &own            = gic.vcpus[self_->number];
    const bool had_more  = own.more_pending || own.more_active;
    const Listing chosen = list_all (gic, self_->offered, self_->number);
    for (unsigned i = 0; i < chosen.lists.size (); ++i) {
        hardware_.lists.set_list (cpu_, i, chosen.lists[i]);
    }
    own.lists        = static_cast<std::uint8_t> (chosen.lists.size ());
    own.more_pending = chosen.more_pending;
    own.more_active  = chosen.more_active;
    if (had_more || chosen.more_pending || chosen.more_active) {
        hardware_.lists.set_control (cpu_, gich_hcr::enable.mask () | gich_hcr::none_pending.put (own.more_pending) |
                                               gich_hcr::unlisted_end.put (own.more_active));
    }
    return chosen.pending != 0;
}

void VirtualGic::hold_timer (bool hold) {
    using enum Gic::PpiChange;
    hardware_.gic.change (cpu_, Gic::virtual_timer_intid, hold ? set_active : clear_active);
    self_->timer_held = hold;
}

auto VirtualGic::sample_timers (InterruptBank &own) -> bool {
    const bool fires = virtual_timer_fires (cpu_);
    own.line         = (fires ? 1U << Gic::virtual_timer_intid : 0) |
               (physical_timer_fires (cpu_, *self_) ? 1U << physical_timer_intid : 0);
    return fires;
}

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
        take_back (*gic);
        // The guest may have moved its timers since they were looked at.
        static_cast<void> (sample_timers (gic->vcpus[self_->number].own));
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

auto VirtualGic::read (std::uint64_t offset, std::uint64_t bytes) -> std::optional<std::uint32_t> {
    Locked<Distributor> gic{cpu_, distributor_};
    const DistributorAccess target{*gic, self_->number, offset, bytes};
    if (!target.needs_lists ()) { return target.read (); }
    take_back (*gic);
    std::optional<std::uint32_t> value;
    if (to_wake_ == 0 && (!target.needs_others () || others_settle (*gic))) {
        static_cast<void> (sample_timers (gic->vcpus[self_->number].own));
        value = target.read ();
    }
    static_cast<void> (list (*gic));
    return value;
}

void VirtualGic::write (std::uint64_t offset, std::uint64_t bytes, std::uint32_t value) {
    Locked<Distributor> gic{cpu_, distributor_};
    const DistributorAccess target{*gic, self_->number, offset, bytes};
    const auto own = 1U << self_->number;
    if (offset == Distributor::sgir) {
        // That has nothing to do with what is in list registers.
        const auto concerned = target.write (value);
        tell (*gic, concerned);
        if ((concerned & own) == 0) { return; }
        take_back (*gic);
    } else {
        take_back (*gic);
        tell (*gic, target.write (value));
    }
    static_cast<void> (list (*gic));
}

void VirtualGic::deactivate (std::uint32_t intid) {
    // The register that does the same, at the bit of this interrupt.
    constexpr std::uint64_t icactiver   = 0x380;
    constexpr std::uint32_t intid_field = 0x3ff;
    intid &= intid_field;
    write (icactiver + intid / Distributor::banked * sizeof intid, sizeof intid, 1U << intid % Distributor::banked);
}

void VirtualGic::set_line (std::uint32_t intid, bool level) {
    Locked<Distributor> gic{cpu_, distributor_};
    tell (*gic, gic->set_line (intid, level));
}

void VirtualGic::tell (Distributor &gic, std::uint32_t vcpus) {
    if (self_ != nullptr) { vcpus &= ~(1U << self_->number); }
    vcpus &= (1U << vm_.vcpu_limit) - 1;
    for (; vcpus != 0; vcpus &= vcpus - 1) {
        const auto number = static_cast<unsigned> (std::countr_zero (vcpus));
        const auto other  = vm_.vcpus[number];
        if (!other) { continue; }
        const auto &vcpu = cpu_.object<Vcpu> (*other);
        if (!hardware_.kick (cpu_, vcpu) && vcpu.power.load_acquire () == PowerState::on && gic.has_work (number)) {
            to_wake_ |= 1U << number;
        }
    }
}

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#include "running.hpp"

#include "gic.hpp"
#include "memory_access.hpp"
#include "others.hpp"
#include "report.hpp"
#include "timer.hpp"

namespace attacks {

namespace {
constexpr unsigned banked = 32;  // INTIDs of SGIs and PPIs
}  // namespace

Running::Running (Victim &victim, std::uint64_t word) : victim_{victim}, word_{victim.page_for (word)} {
    const auto before = count ();
    helper_.start (run, this);
    if (!el1::wait_until (el1::patience, [&] { return count () != before; })) { el1::give_up ("a guest stands still"); }
}

auto Running::count () const -> std::uint64_t {
    // As the guest does, past the caches.
    return load_at (el1::device_window (word_));
}

auto Running::interrupt () -> const vms::Exit & {
    if (!is_out_) {
        helper_.interrupt ();
        helper_.wait ();
        is_out_ = true;
    }
    return exit_;
}

/// @return  whether there were some
auto Running::take_interrupts () -> bool {
    const auto before = taken ();
    for (;;) {
        const auto acknowledged = el1::gic::interface (el1::gic::gicc_iar);
        const auto intid        = acknowledged & el1::gic::intid_mask;
        if (intid >= banked) { return taken () != before; }
        taken_ |= 1U << intid;
        el1::gic::set_interface (el1::gic::gicc_eoir, acknowledged);
    }
}

void Running::run (void *self) {
    auto &running = *static_cast<Running *> (self);
    running.exit_ = running.victim_.run ();
    static_cast<void> (el1::wait_until (el1::patience, [&running] { return running.take_interrupts (); }));
}

}  // namespace attacks

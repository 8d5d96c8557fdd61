// SPDX-License-Identifier: BSD-2-Clause
#include "access.hpp"
#include "gic.hpp"
#include "guest.hpp"
#include "timer.hpp"

using namespace guest;
using namespace el1::gic;

// For ever: sends SGIs to all vCPUs of its VM, the variant says how many there are, takes what comes, lets its timer
// run out, and now and then goes to the host. Interrupts are masked: it looks for them.

namespace {
constexpr std::uint64_t rounds_between_asks = 10;
constexpr std::uint32_t sgis                = 8;

/// Takes all that is there.
void take () {
    std::uint32_t acknowledged = 0;
    while (((acknowledged = interface (gicc_iar)) & intid_mask) != spurious) {
        if ((acknowledged & intid_mask) == el1::timer_interrupt) { el1::stop_timer (); }
        set_interface (gicc_eoir, acknowledged);
    }
}
}  // namespace

void guest::run (const Start &start) {
    const std::uint32_t everybody = (1U << start.variant) - 1;
    enable_own (el1::timer_interrupt);
    for (std::uint32_t sgi = 0;; sgi = (sgi + 1) % sgis) {
        for (std::uint64_t round = 0; round < rounds_between_asks; ++round) {
            send (sgi, everybody);
            el1::set_timer (el1::now ());
            take ();
        }
        store (GUEST_ASK, start.number);
    }
}

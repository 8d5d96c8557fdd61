// SPDX-License-Identifier: BSD-2-Clause
#include "trips.hpp"

#include "access.hpp"
#include "call.hpp"
#include "fp_state.hpp"
#include "guest.hpp"
#include "hyp/abi/psci.h"
#include "hyp/hal/system_register.hpp"
#include "system_register.hpp"

using namespace guest;

// Goes to EL2, or to the host and back, for ever: to be counted.

namespace {
void call_for_ever () {
    for (;;) {
        // The host counts the calls from one of its asks to the next.
        for (std::uint64_t i = 0; i < calls_between_asks; ++i) {
            static_cast<void> (el1::hvc (PSCI_VERSION));
        }
        store (GUEST_ASK, 0);
    }
}

void exit_for_ever () {
    for (;;) {
        store (GUEST_ASK, 0);
    }
}

void exit_for_ever_with_fp () {
    constexpr std::uint64_t nothing_traps = 3ULL << 20;
    el1::write<ravelin::hal::sysreg::cpacr_el1> (nothing_traps);
    const auto state = vms::FpState::of (1);
    for (;;) {
        vms::fp_load (&state);
        store (GUEST_ASK, 0);
    }
}
}  // namespace

void guest::run (const Start &start) {
    switch (static_cast<Trip> (start.variant)) {
    case Trip::call:         call_for_ever (); break;
    case Trip::exit:         exit_for_ever (); break;
    case Trip::exit_with_fp: exit_for_ever_with_fp (); break;
    }
}

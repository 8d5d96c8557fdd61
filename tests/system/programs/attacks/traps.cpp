// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "call.hpp"
#include "device.hpp"
#include "hyp/abi/psci.h"
#include "hyp/abi/status.h"
#include "machine.hpp"
#include "memory_access.hpp"
#include "places.hpp"
#include "vms/host/reach.hpp"

#include <array>

// What keeps EL2 busy, or makes it talk: more work than one trap should be, calls and accesses without end.

namespace attacks {

namespace {
auto donate_more_than_a_batch () -> bool {
    constexpr std::uint64_t too_many = RAVELIN_BATCH_PAGES + 1;
    Victim victim;
    donate (victim, elsewhere, victim.page_for (elsewhere), too_many);
    return !vms::try_load (victim.page_for (elsewhere + RAVELIN_BATCH_PAGES * page));
}

/// What one call gives back is counted.
auto reclaim_more_than_a_batch () -> bool {
    constexpr std::uint64_t pages = 3 * RAVELIN_BATCH_PAGES;
    Victim victim;
    for (std::uint64_t i = 0; i < pages; ++i) {
        victim.vm ().feed (Ipa{elsewhere + i * page}, true);
    }
    static_cast<void> (vms::vm_call (RAVELIN_VM_DESTROY, victim.handle ()));
    static_cast<void> (vms::vm_call (RAVELIN_VM_RECLAIM, victim.handle ()));
    std::uint64_t back = 0;
    for (std::uint64_t i = 0; i < pages; ++i) {
        back += vms::try_load (victim.page_for (elsewhere + i * page)) ? 1 : 0;
    }
    return back > RAVELIN_BATCH_PAGES;
}

/// Whether @p action makes somebody else than this program write to the console.
template <class Action>
[[nodiscard]] auto makes_ravelin_talk (Action action) -> bool {
    // [ARM DDI 0183, 3.3]
    constexpr std::uint64_t raw_interrupts = 0x3c;     // UARTRIS
    constexpr std::uint64_t clear          = 0x44;     // UARTICR
    constexpr std::uint32_t transmitted    = 1U << 5;  // TXRIS: latched when there is room again
    const Pa uart                          = el1::machine ().board->uart;
    el1::write_device (uart + clear, transmitted);
    action ();
    return (el1::read_device (uart + raw_interrupts) & transmitted) != 0;
}

auto flood_console_by_calls () -> bool {
    constexpr std::uint64_t unknown = 0xc600'ffff;
    return makes_ravelin_talk ([] {
        static_cast<void> (el1::hvc (unknown));
        static_cast<void> (el1::smc (unknown));
    });
}

auto flood_console_by_faults () -> bool {
    return makes_ravelin_talk ([] { static_cast<void> (vms::try_load (el1::machine ().ravelin.start)); });
}

/// An accomplice asks for what there isn't.
auto flood_console_by_guest () -> bool {
    constexpr std::uint64_t unknown = 0xc600'ffff;
    Victim accomplice;
    return makes_ravelin_talk ([&] { static_cast<void> (accomplice.order (Order::call, unknown)); });
}

/// What a guest stores to a device comes again and again, and the guest never goes on.
auto repeat_store_to_device () -> bool {
    Victim victim;
    victim.begin (Order::store_word, GUEST_SCRATCH, secret);
    const auto first = victim.run ();
    const auto next  = victim.run ();
    // It should be the word by which the guest tells that it's done.
    return first.cause == RAVELIN_EXIT_MMIO && next.cause == RAVELIN_EXIT_MMIO && first.x2 == next.x2;
}

/// A guest that asks which PSCI there is would believe anything.
auto leave_call_unanswered () -> bool {
    Victim victim;
    return victim.order (Order::call, PSCI_VERSION) == PSCI_VERSION;
}

/// What a guest takes for its CPU's features would be whatever was in a register.
auto leave_trapped_register_unread () -> bool {
    Victim victim;
    return victim.order (Order::read_features, forged) == forged;
}

constexpr std::array attacks{
    Attack{"donate-more-than-a-batch", donate_more_than_a_batch},
    Attack{"reclaim-more-than-a-batch", reclaim_more_than_a_batch},
    Attack{"flood-console-by-calls", flood_console_by_calls},
    Attack{"flood-console-by-faults", flood_console_by_faults},
    Attack{"flood-console-by-guest", flood_console_by_guest},
    Attack{"repeat-store-to-device", repeat_store_to_device},
    Attack{"leave-call-unanswered", leave_call_unanswered},
    Attack{"leave-trapped-register-unread", leave_trapped_register_unread},
};
}  // namespace

auto trap_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

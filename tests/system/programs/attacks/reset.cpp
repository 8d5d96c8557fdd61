// SPDX-License-Identifier: BSD-2-Clause
#include "reset.hpp"

#include "attacks.hpp"
#include "call.hpp"
#include "device.hpp"
#include "hyp/abi/psci.h"
#include "places.hpp"
#include "synchronize.hpp"
#include "vms/host/reach.hpp"

#include <array>
#include <optional>

// A reset leaves in RAM what is there, but for what a loader puts anew: whoever boots next finds it.

namespace attacks {

namespace {
using vms::try_load;

/// Kept in the host's RAM over the reset.
struct Mark {
    static constexpr std::uint64_t life_before = 0x6c69'6665'2062'6566;

    std::uint64_t magic;
    BeforeReset counts;
    Pa own;           // a page of the victim's
    PaRange control;  // its control block, tables and vCPU
};

/// The last page of the first arena, which nobody takes.
[[nodiscard]] auto mark () -> Mark & {
    const Pa start = vms::arena (0).page_for (Ipa{GUEST_RAM});
    return *reinterpret_cast<Mark *> (el1::normal_window (start + (vms::Arena::size - page)));
}

/// By what the board has: PSCI, or a Pi's watchdog.
[[noreturn]] void reset () {
    if (el1::machine ().is_pi ()) {
        // [Linux, bcm2835_wdt.c]
        constexpr Pa power_manager{0xfe10'0000};
        constexpr std::uint64_t rstc       = 0x1c;
        constexpr std::uint64_t wdog       = 0x24;
        constexpr std::uint32_t password   = 0x5a00'0000;
        constexpr std::uint32_t full_reset = 0x20;
        constexpr std::uint32_t soon       = 10;
        el1::write_device (power_manager + wdog, password | soon);
        el1::write_device (power_manager + rstc, password | full_reset);
    } else {
        static_cast<void> (el1::hvc (PSCI_SYSTEM_RESET));
    }
    for (;;) {
        asm volatile ("wfi");
    }
}

[[nodiscard]] auto has_register_secret (PaRange range) -> bool {
    constexpr std::uint64_t word     = 8;
    constexpr unsigned some_register = 20;
    for (std::uint64_t offset = 0; offset < range.size; offset += word) {
        if (try_load (range.start + offset) == register_secret (some_register)) { return true; }
    }
    return false;
}

/// Looks for what the victim had, in the next life; in this one it doesn't come back.
auto reset_with_secrets_in_memory () -> bool {
    if (is_after_reset ()) {
        mark ().magic = 0;
        return try_load (mark ().own) == secret || has_register_secret (mark ().control);
    }
    Victim victim;
    const Pa own = victim.keep_secret ();
    static_cast<void> (victim.order (Order::keep_registers));
    victim.begin (Order::keep_registers);
    static_cast<void> (victim.run ());
    mark () = {.magic = Mark::life_before, .counts = mark ().counts, .own = own, .control = vms::arena (0).taken ()};
    el1::clean_to_memory (&mark (), sizeof (Mark));
    reset ();
}

constexpr std::array attacks{
    Attack{"reset-with-secrets-in-memory", reset_with_secrets_in_memory},
};
}  // namespace

auto is_after_reset () -> bool {
    return mark ().magic == Mark::life_before;
}

auto before_reset () -> BeforeReset & {
    return mark ().counts;
}

auto reset_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

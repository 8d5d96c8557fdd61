// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "gic.hpp"
#include "hyp/abi/psci.h"
#include "hyp/abi/status.h"
#include "places.hpp"
#include "running.hpp"
#include "timer.hpp"
#include "vms/host/reach.hpp"

#include <array>
#include <optional>

// The life of a VM and of its vCPUs: twice at once, after its end, longer than it should be.

namespace attacks {

namespace {
using vms::try_load;

auto read_reclaimed_page () -> bool {
    Victim victim;
    const Pa own = victim.keep_secret ();
    victim.destroy ();
    return try_load (own) == secret;
}

/// The guest has left with its secrets in registers.
auto read_reclaimed_vcpu () -> bool {
    constexpr std::uint64_t word = 8;
    Victim victim;
    static_cast<void> (victim.order (Order::keep_registers));
    victim.begin (Order::keep_registers);
    static_cast<void> (victim.run ());
    const PaRange control = vms::arena (0).taken ();
    victim.destroy ();
    for (std::uint64_t offset = 0; offset < control.size; offset += word) {
        if (try_load (control.start + offset) == register_secret (1)) { return true; }
    }
    return false;
}

/// Whether a guest that owns a word has come out to say that it read something else there.
[[nodiscard]] auto has_complained (const vms::Exit &exit) -> bool {
    return exit.status == RAVELIN_SUCCESS && exit.cause == RAVELIN_EXIT_MMIO && exit.x2 == GUEST_ASK;
}

/// Runs a vCPU that another CPU runs, until the guest has noticed; for two seconds at most, as the two may not get to
/// run at the same time.
auto run_vcpu_twice () -> bool {
    constexpr std::uint64_t milliseconds = 20;
    constexpr unsigned attempts          = 100;
    Victim victim;
    victim.share ();
    victim.begin (Order::own_a_word, GUEST_PAGE);
    Running running{victim, GUEST_PAGE};
    el1::gic::enable_own (el1::timer_interrupt);
    vms::Exit exit{};
    for (unsigned i = 0; i < attempts && exit.status == RAVELIN_SUCCESS && !has_complained (exit); ++i) {
        el1::set_timer (el1::now () + el1::ticks_of (milliseconds));
        exit = victim.run ();
        if (!vms::end_interrupt ()) { el1::stop_timer (); }
    }
    return has_complained (exit) || has_complained (running.interrupt ());
}

/// Begins to count for ever in the word at @p ipa; where that is done is in none of the pages that come back first.
void begin_to_count (Victim &victim, std::uint64_t ipa) {
    const std::array<std::uint64_t, 3> code{
        0xf2a0'0000'd280'0000 | (ipa & 0xffff) << 5 | ipa >> 16 << 37,  // MOVZ X0, #low; MOVK X0, #high, LSL #16
        0xf900'0001'd280'0021,                                          // MOVZ X1, #1; STR X1, [X0]
        0x17ff'fffe'9100'0421,                                          // ADD X1, X1, #1; B back to the STR
    };
    for (std::size_t i = 0; i < code.size (); ++i) {
        static_cast<void> (victim.order (Order::store, GUEST_PAGE + i * sizeof code[i], code[i]));
    }
    victim.begin (Order::run, GUEST_PAGE);
}

/// The first pages come back, zeroed; a guest that hasn't been stopped stores to one of them still, unless its TLB has
/// lost that between the call's beginning and the page's turn, which is late.
/// @return  nothing if that was refused
[[nodiscard]] auto reclaim_under_guest () -> std::optional<bool> {
    constexpr std::uint64_t first        = GUEST_RAM + 0x10'0000;
    constexpr std::uint64_t pages        = 2 * RAVELIN_BATCH_PAGES;
    constexpr std::uint64_t word         = first + RAVELIN_BATCH_PAGES / 2 * page;
    constexpr std::uint64_t milliseconds = 20;
    Victim victim;
    for (std::uint64_t i = 0; i < pages; ++i) {
        victim.vm ().feed (Ipa{first + i * page}, true);
    }
    victim.share (word);
    begin_to_count (victim, word);
    const Running running{victim, word};
    static_cast<void> (vms::vm_call (RAVELIN_VM_DESTROY, victim.handle ()));
    if (vms::vm_call (RAVELIN_VM_RECLAIM, victim.handle ()).status != RAVELIN_AGAIN) { return std::nullopt; }
    return el1::wait_until (milliseconds, [&] { return running.count () != 0; });
}

auto reclaim_while_guest_runs () -> bool {
    constexpr unsigned attempts = 20;
    std::optional<bool> stores{false};
    for (unsigned i = 0; i < attempts && stores == false; ++i) {
        stores = reclaim_under_guest ();
    }
    return stores.value_or (false);
}

/// Whether a guest that has made PSCI call @p function goes on when it is run once more.
[[nodiscard]] auto goes_on_after (std::uint64_t function) -> bool {
    Victim victim;
    victim.begin (Order::call, function);
    static_cast<void> (victim.run ());
    const auto exit = victim.run ();
    return exit.status == RAVELIN_SUCCESS && exit.cause == RAVELIN_EXIT_MMIO;
}

auto run_vcpu_that_is_off () -> bool {
    return goes_on_after (PSCI_CPU_OFF);
}

auto run_vm_that_turned_itself_off () -> bool {
    return goes_on_after (PSCI_SYSTEM_OFF);
}

/// With a place to begin, and X0, of the host's choice.
auto add_vcpu_to_live_vm () -> bool {
    Victim victim{0, {.spare_vcpus = 1}};
    const auto pages = vms::arena (0).take (RAVELIN_VCPU_PAGES * page).value ();
    static_cast<void> (vms::vm_call (RAVELIN_VCPU_CREATE, victim.handle (), 1, pages, GUEST_IMAGE, 1));
    auto exit = vms::vcpu_run (victim.handle (), 1);
    while (exit.status == RAVELIN_SUCCESS && exit.cause == RAVELIN_EXIT_PAGE) {
        victim.vm ().feed (Ipa{exit.x2}, false);
        exit = vms::vcpu_run (victim.handle (), 1);
    }
    return exit.status == RAVELIN_SUCCESS && exit.cause == RAVELIN_EXIT_MMIO;
}

constexpr std::array attacks{
    Attack{"read-reclaimed-page", read_reclaimed_page},
    Attack{"read-reclaimed-vcpu", read_reclaimed_vcpu},
    Attack{"run-vcpu-twice", run_vcpu_twice},
    Attack{"reclaim-while-guest-runs", reclaim_while_guest_runs},
    Attack{"run-vcpu-that-is-off", run_vcpu_that_is_off},
    Attack{"run-vm-that-turned-itself-off", run_vm_that_turned_itself_off},
    Attack{"add-vcpu-to-live-vm", add_vcpu_to_live_vm},
};
}  // namespace

auto lifecycle_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

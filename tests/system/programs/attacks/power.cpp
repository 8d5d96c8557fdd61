// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "call.hpp"
#include "cpu.hpp"
#include "hyp/abi/psci.h"
#include "machine.hpp"
#include "others.hpp"
#include "synchronize.hpp"
#include "victim.hpp"
#include "vms/host/helper.hpp"

#include <array>
#include <atomic>

// CPUs that come and go, around the hypervisor and under a guest.

namespace attacks {

namespace {
constexpr std::uint64_t seed = 7;

/// Written by a CPU that has just come, perhaps with its caches off.
constinit std::atomic<std::uint64_t> level_of_newcomer{};

/// One that comes at EL2 has nobody above it who could turn it off again.
void tell_level (void * /*argument*/) {
    std::uint64_t current_el = 0;
    asm volatile ("mrs %0, CurrentEL" : "=r"(current_el));
    level_of_newcomer           = current_el >> 2;
    constexpr std::uint64_t el2 = 2;
    while (current_el >> 2 == el2) {
        asm volatile ("wfi");
    }
}

/// Past Ravelin: by a call that only firmware would answer, and by the word at which firmware lets cores of a Pi wait.
auto start_cpu_at_el2 () -> bool {
    constexpr unsigned last                  = 3;
    constexpr std::uint64_t first_release    = 0xd8;
    constexpr std::uint64_t bytes_of_release = 8;
    constexpr std::uint64_t el2              = 2;

    const auto entry  = el1::prepare_start (last, tell_level, nullptr);
    level_of_newcomer = 0;
    if (el1::machine ().is_pi ()) {
        auto *const release = reinterpret_cast<std::uint64_t *> (first_release + last * bytes_of_release);
        *release            = entry.address;
        el1::clean_to_memory (release, sizeof *release);
        asm volatile ("sev");
    }
    const auto status =
        el1::psci_status (el1::smc (PSCI_CPU_ON_64, el1::machine ().cpus[last], entry.address, entry.context));
    if (status != PSCI_SUCCESS || !el1::wait_until (el1::patience, [] { return level_of_newcomer != 0; })) {
        return false;
    }
    if (level_of_newcomer == el2) { return true; }
    static_cast<void> (el1::is_off_at_last (last));
    return false;
}

void keep_fp (void *victim) {
    static_cast<void> (static_cast<Victim *> (victim)->order (Order::keep_fp, seed));
}

/// The guest runs on another CPU from there on, on which the host has numbers of its own.
auto move_guest () -> bool {
    Victim victim;
    vms::Helper helper{1};
    helper.run (keep_fp, &victim);
    return victim.order (Order::count_changed_fp, seed) != 0;
}

/// The CPU that the guest ran on is off, and what was on it gone.
auto turn_off_cpu_under_guest () -> bool {
    Victim victim;
    {
        vms::Helper helper{1};
        helper.run (keep_fp, &victim);
    }
    const vms::Helper again{1};
    return victim.order (Order::count_changed_fp, seed) != 0;
}

constexpr std::array attacks{
    Attack{"start-cpu-at-el2", start_cpu_at_el2},
    Attack{"move-guest-to-another-cpu", move_guest},
    Attack{"turn-off-cpu-under-guest", turn_off_cpu_under_guest},
};
}  // namespace

auto power_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

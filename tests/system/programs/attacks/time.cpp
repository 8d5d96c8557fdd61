// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "system_register.hpp"
#include "victim.hpp"

#include <array>

// A guest's counter and timers.

namespace attacks {

namespace {
namespace sysreg = el1::sysreg;

/// The timers are off all the time.
constexpr std::uint64_t deadline = secret & ~0ULL >> 8;

auto turn_back_time () -> bool {
    constexpr std::uint64_t far_behind = 1ULL << 50;
    Victim victim;
    const auto before = victim.order (Order::read_count);
    static_cast<void> (vms::vm_call (RAVELIN_VM_SET_TIME, victim.handle (), far_behind));
    return static_cast<std::int64_t> (victim.order (Order::read_count) - before) < 0;
}

auto read_guests_timer () -> bool {
    Victim victim;
    static_cast<void> (victim.order (Order::set_timer, deadline));
    const bool leaks = el1::read<sysreg::cntv_cval_el0> () == deadline;
    el1::write<sysreg::cntv_cval_el0> (0);
    return leaks;
}

auto change_guests_timer () -> bool {
    Victim victim;
    static_cast<void> (victim.order (Order::set_timer, deadline));
    el1::write<sysreg::cntv_cval_el0> (forged);
    const bool changed = victim.order (Order::read_timer) != deadline;
    el1::write<sysreg::cntv_cval_el0> (0);
    return changed;
}

constexpr std::array attacks{
    Attack{"turn-back-time", turn_back_time},
    Attack{"read-guests-timer", read_guests_timer},
    Attack{"change-guests-timer", change_guests_timer},
};
}  // namespace

auto time_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

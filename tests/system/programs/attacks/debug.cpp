// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "instruction.hpp"
#include "places.hpp"
#include "system_register.hpp"

#include <array>

// Debug registers.

namespace attacks {

namespace {
using el1::SystemRegister;
using ravelin::hal::sysreg::mdscr_el1;
using ravelin::hal::sysreg::oslar_el1;

constexpr SystemRegister oslsr_el1{2, 0, 1, 1, 4};
constexpr SystemRegister dbgwvr0_el1{2, 0, 0, 0, 6};
constexpr SystemRegister dbgwcr0_el1{2, 0, 0, 0, 7};

// [ARM DDI 0487, D17.3]
constexpr std::uint64_t monitor  = 1U << 15 | 1U << 13;  // MDSCR_EL1: MDE, KDE
constexpr std::uint64_t at_el1   = 1U | 1U << 1;         // DBGBCR, DBGWCR: E, PMC or PAC
constexpr std::uint64_t on_store = 2U << 3 | 0xff << 5;  // DBGWCR: LSC, BAS

/// The host's watchpoint, on what the guest stores to.
auto watch_guest () -> bool {
    Victim victim;
    static_cast<void> (victim.keep_secret ());
    el1::write<dbgwvr0_el1> (GUEST_PAGE);
    el1::write<dbgwcr0_el1> (at_el1 | on_store);
    el1::write<mdscr_el1> (monitor);
    const auto exceptions = victim.order (Order::count_exceptions, GUEST_PAGE);
    el1::write<mdscr_el1> (0);
    el1::write<dbgwcr0_el1> (0);
    return exceptions != 0;
}

/// Whether MRS of @p which goes through.
[[nodiscard]] auto can_read (SystemRegister which) -> bool {
    el1::Context context;
    return el1::run_instruction (el1::mrs_instruction (which, 2), el1::Level::el1h, context);
}

/// With the lock taken EL1 may let breakpoints halt the core, in EL2 too.
auto take_os_lock () -> bool {
    constexpr std::uint64_t locked = 1U << 1;  // OSLSR_EL1: OSLK
    el1::Context context;
    context.x[2] = 1;
    el1::run_instruction (el1::msr_instruction (oslar_el1, 2), el1::Level::el1h, context);
    const bool taken = can_read (oslsr_el1) && (el1::read<oslsr_el1> () & locked) != 0;
    if (taken) { el1::write<oslar_el1> (0); }
    return taken;
}

constexpr std::array attacks{
    Attack{"watch-guest", watch_guest},
    Attack{"take-os-lock", take_os_lock},
};
}  // namespace

auto debug_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

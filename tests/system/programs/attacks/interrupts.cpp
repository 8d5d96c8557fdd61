// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "gic.hpp"
#include "memory_access.hpp"
#include "others.hpp"
#include "places.hpp"
#include "running.hpp"
#include "timer.hpp"

#include <array>

// The interrupt controller, which host and guests have together.

namespace attacks {

namespace {
constexpr std::uint32_t load_word  = 0xb940'0022;  // LDR W2, [X1]
constexpr std::uint32_t store_word = 0xb900'0022;  // STR W2, [X1]

/// What a word of a device reads as; 0 if the host doesn't reach it.
[[nodiscard]] auto load_device (Pa place) -> std::uint64_t {
    return load_at (el1::device_window (place), el1::Level::el1h, load_word);
}

auto read_gich () -> bool {
    return load_device (gich () + gich_vtr) != 0;
}

/// The Pi's has one at the next page; where a board has none it's tried itself.
auto read_gich_by_alias () -> bool {
    return load_device (gich () + (el1::machine ().is_pi () ? page : 0) + gich_vtr) != 0;
}

/// What is in a list register comes to the guest that runs next.
auto write_list_register () -> bool {
    constexpr std::uint64_t gich_lr0 = 0x100;
    const Pa place                   = gich () + gich_lr0;
    store_at (el1::device_window (place), el1::Level::el1h, store_word);
    const bool written = load_device (place) != 0;
    if (written) { el1::write_device (Pa{el1::device_window (place)}, 0); }
    return written;
}

/// There the host would acknowledge and end what is the guest's.
auto read_gicv () -> bool {
    constexpr std::uint64_t gicv_iidr = 0xfc;
    return load_device ((el1::machine ().is_pi () ? Pa{0xff84'6000} : Pa{0x0804'0000}) + gicv_iidr) != 0;
}

/// Ravelin's own SGI, while a guest runs: a host that takes it never ends it.
auto send_ravelins_sgi () -> bool {
    constexpr std::uint32_t ravelins_sgi = 15;
    constexpr std::uint32_t second_cpu   = 0b10;
    constexpr unsigned times             = 100;
    Victim victim{0, {.intids = 64}};
    victim.share ();
    victim.begin (Order::own_a_word, GUEST_PAGE);
    Running running{victim, GUEST_PAGE};
    for (unsigned i = 0; i < times; ++i) {
        el1::gic::send (ravelins_sgi, second_cpu);
    }
    // One that the host sends itself while no guest runs there is its own.
    constexpr std::uint64_t a_while = 1000;
    const auto before               = running.count ();
    static_cast<void> (
        el1::wait_until (el1::patience, [&] { return running.taken () != 0 || running.count () - before > a_while; }));
    static_cast<void> (running.interrupt ());
    return (running.taken () >> ravelins_sgi & 1) != 0;
}

/// The physical interrupt of the virtual timer, which the host makes pending although no timer has run out.
auto pretend_timer_interrupt () -> bool {
    constexpr std::uint32_t timer = 1U << el1::timer_interrupt;
    Victim victim{0, {.intids = 64}};
    // Its stack is there now: nothing else brings it out.
    static_cast<void> (victim.order (Order::load_word, GUEST_GICD + el1::gic::gicd_ispendr0));
    victim.begin (Order::load_word, GUEST_GICD + el1::gic::gicd_ispendr0);
    el1::gic::enable_own (el1::timer_interrupt);
    el1::gic::set_distributor (el1::gic::gicd_ispendr0, timer);
    const auto exit = victim.run ();
    el1::gic::set_distributor (el1::gic::gicd_icpendr0, timer);
    const bool told = exit.cause == RAVELIN_EXIT_MMIO && exit.x2 == GUEST_ASK;
    return ((told ? exit.x4 : victim.finish ()) & timer) != 0;
}

constexpr std::array attacks{
    Attack{"read-gich", read_gich},
    Attack{"read-gich-by-alias", read_gich_by_alias},
    Attack{"write-list-register", write_list_register},
    Attack{"read-gicv", read_gicv},
    Attack{"send-ravelins-sgi", send_ravelins_sgi},
    Attack{"pretend-timer-interrupt", pretend_timer_interrupt},
};
}  // namespace

auto interrupt_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "hyp/abi/status.h"
#include "hyp/hal/system_register.hpp"
#include "instruction.hpp"
#include "places.hpp"
#include "system_register.hpp"
#include "victim.hpp"
#include "vms/fp_state.hpp"

#include <algorithm>
#include <array>

// What a host learns when a guest comes out, and what it can make of the guest then.

namespace attacks {

namespace {
namespace sysreg = ravelin::hal::sysreg;

[[nodiscard]] auto is_register_secret (std::uint64_t value) -> bool {
    constexpr unsigned registers = 31;
    return value - register_secret (0) < registers;
}

/// The host's general-purpose registers after a VCPU_RUN, and what it got of the exit.
[[nodiscard]] auto registers_after_run (const Victim &victim) -> el1::Context {
    el1::Context context;
    context.x[0] = RAVELIN_VCPU_RUN;
    context.x[1] = victim.handle ();
    context.x[3] = victim.loaded ();
    el1::run_instruction (el1::hvc_instruction (0), el1::Level::el1h, context);
    return context;
}

/// Whether registers that the guest left by @p way show in the host's, but for one that the guest stores.
[[nodiscard]] auto registers_leak (Way way) -> bool {
    constexpr unsigned stored = 1;
    const auto instruction    = static_cast<std::uint64_t> (way);
    Victim victim;
    // Its stack is there now: nothing else brings it out.
    static_cast<void> (victim.order (Order::keep_registers, instruction));
    victim.begin (Order::keep_registers, instruction);
    auto context = registers_after_run (victim);
    static_cast<void> (victim.finish ());
    return std::ranges::any_of (context.x, [way] (std::uint64_t value) {
        const bool is_stored = way == Way::store && value == register_secret (stored);
        return is_register_secret (value) && !is_stored;
    });
}

auto read_registers_at_store () -> bool {
    return registers_leak (Way::store);
}

auto read_registers_at_wait () -> bool {
    return registers_leak (Way::wait);
}

/// The host goes on with all registers full of other numbers.
auto change_registers_at_exit () -> bool {
    Victim victim;
    static_cast<void> (victim.order (Order::keep_registers));
    victim.begin (Order::keep_registers);
    static_cast<void> (victim.run ());
    el1::Context context;
    context.x.fill (forged);
    context.x[0] = RAVELIN_VCPU_RUN;
    context.x[1] = victim.handle ();
    context.x[2] = 0;
    el1::run_instruction (el1::hvc_instruction (0), el1::Level::el1h, context);
    // That was the exit by which the guest tells how many changed.
    const bool told = context.x[1] == RAVELIN_EXIT_MMIO && context.x[2] == GUEST_ASK;
    return told && context.x[4] != 0;
}

constexpr std::array host_reads{el1::read<sysreg::ttbr0_el1>, el1::read<sysreg::elr_el1>,
                                el1::read<sysreg::far_el1>,   el1::read<sysreg::sp_el0>,
                                el1::read<sysreg::tpidr_el1>, el1::read<sysreg::contextidr_el1>,
                                el1::read<sysreg::tpidr_el0>, el1::read<sysreg::tpidrro_el0>};

/// What a register keeps of the secret may lack bits.
[[nodiscard]] auto is_of_secret (std::uint64_t value) -> bool {
    return value == secret || value == (secret & 0xffff'ffff) || value == (secret & ~1ULL);
}

auto read_el1_registers_at_exit () -> bool {
    Victim victim;
    victim.begin (Order::keep_el1);
    static_cast<void> (victim.run ());
    const bool leaks = std::ranges::any_of (host_reads, [] (auto *read) { return is_of_secret (read ()); });
    static_cast<void> (victim.finish ());
    return leaks;
}

/// Registers that the host's runtime doesn't need.
auto change_el1_registers_at_exit () -> bool {
    Victim victim;
    victim.begin (Order::keep_el1);
    static_cast<void> (victim.run ());
    el1::write<sysreg::elr_el1> (forged);
    el1::write<sysreg::far_el1> (forged);
    el1::write<sysreg::contextidr_el1> (forged);
    el1::write<sysreg::tpidr_el0> (forged);
    el1::write<sysreg::tpidrro_el0> (forged);
    return victim.finish () != 0;
}

constexpr std::uint64_t seed = 7;

auto read_fp_registers () -> bool {
    Victim victim;
    static_cast<void> (victim.order (Order::keep_fp, seed));
    vms::FpState found;
    vms::fp_save (&found);
    return found == vms::FpState::of (seed);
}

auto change_fp_registers () -> bool {
    Victim victim;
    static_cast<void> (victim.order (Order::keep_fp, seed));
    const auto other = vms::FpState::of (seed + 1);
    vms::fp_load (&other);
    return victim.order (Order::count_changed_fp, seed) != 0;
}

/// The guest stores a byte.
auto learn_rest_of_stored_register () -> bool {
    constexpr unsigned byte = 8;
    Victim victim;
    victim.begin (Order::store_byte, GUEST_SCRATCH, secret);
    const auto exit = victim.run ();
    static_cast<void> (victim.finish ());
    return exit.x4 >> byte == secret >> byte;
}

/// The guest loads a byte.
auto answer_byte_with_more () -> bool {
    Victim victim;
    victim.begin (Order::load_byte, GUEST_SCRATCH);
    static_cast<void> (victim.run ());
    return victim.finish_with (forged) >> 8 != 0;
}

/// Once the load is done, what the host has in X3 is nobody's business: but the guest's X2 was where it went.
auto answer_load_again () -> bool {
    Victim victim;
    const auto way = static_cast<std::uint64_t> (Way::load);
    static_cast<void> (victim.order (Order::keep_registers, way));
    victim.begin (Order::keep_registers, way);
    static_cast<void> (victim.run ());
    static_cast<void> (victim.finish_with (register_secret (2)));
    victim.begin (Order::keep_registers);
    static_cast<void> (victim.run ());
    return victim.finish_with (forged) != 0;
}

auto learn_place_in_page () -> bool {
    constexpr std::uint64_t offset = 0x5e8;
    Victim victim;
    victim.begin (Order::load, elsewhere + offset);
    const auto exit = victim.run ();
    victim.vm ().feed (Ipa{elsewhere}, false);
    static_cast<void> (victim.finish ());
    return exit.cause == RAVELIN_EXIT_PAGE && exit.x2 == elsewhere + offset;
}

auto learn_that_page_is_written () -> bool {
    Victim victim;
    victim.begin (Order::store, elsewhere, secret);
    const auto exit = victim.run ();
    victim.vm ().feed (Ipa{elsewhere}, true);
    static_cast<void> (victim.finish ());
    return exit.cause == RAVELIN_EXIT_PAGE && exit.x3 != 0;
}

/// The host gives no page, and pretends that the guest's RAM is a device: here what the host has declared last.
constexpr vms::Shape with_more_ram{.all_ram = true};
constexpr std::uint64_t withheld = GUEST_BLOCK_RAM;

auto pretend_load_from_withheld_page () -> bool {
    Victim victim{0, with_more_ram};
    victim.begin (Order::load, withheld);
    static_cast<void> (victim.run ());
    return victim.finish_with (forged) == forged;
}

auto pretend_store_to_withheld_page () -> bool {
    Victim victim{0, with_more_ram};
    victim.begin (Order::store, withheld, secret);
    const auto exit = victim.run ();
    const bool told = exit.x4 == secret;
    if (!told) { victim.vm ().feed (Ipa{withheld}, true); }
    static_cast<void> (victim.finish ());
    return told;
}

/// The host makes the guest's load from a page that it gives, as if a device were there.
auto make_load_from_page () -> bool {
    Victim victim;
    victim.begin (Order::load, elsewhere);
    static_cast<void> (victim.run ());
    const auto exit  = victim.run (forged, RAVELIN_RUN_DONE);
    const bool makes = exit.cause == RAVELIN_EXIT_MMIO && exit.x4 == forged;
    if (!makes) {
        victim.vm ().feed (Ipa{elsewhere}, false);
        static_cast<void> (victim.finish ());
    }
    return makes;
}

constexpr std::array attacks{
    Attack{"read-registers-at-store", read_registers_at_store},
    Attack{"read-registers-at-wait", read_registers_at_wait},
    Attack{"change-registers-at-exit", change_registers_at_exit},
    Attack{"read-el1-registers-at-exit", read_el1_registers_at_exit},
    Attack{"change-el1-registers-at-exit", change_el1_registers_at_exit},
    Attack{"read-fp-registers-at-exit", read_fp_registers},
    Attack{"change-fp-registers-at-exit", change_fp_registers},
    Attack{"learn-rest-of-stored-register", learn_rest_of_stored_register},
    Attack{"answer-byte-with-more", answer_byte_with_more},
    Attack{"answer-load-again", answer_load_again},
    Attack{"learn-place-in-page", learn_place_in_page},
    Attack{"learn-that-page-is-written", learn_that_page_is_written},
    Attack{"pretend-load-from-withheld-page", pretend_load_from_withheld_page},
    Attack{"pretend-store-to-withheld-page", pretend_store_to_withheld_page},
    Attack{"make-load-from-page", make_load_from_page},
};
}  // namespace

auto exit_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "hyp/abi/status.h"
#include "places.hpp"
#include "victim.hpp"
#include "vms/fp_state.hpp"
#include "vms/host/bare_vm.hpp"

#include <array>

// Calls by which a host reads and writes the registers of a plain VM, made of a protected one.

namespace attacks {

namespace {
constexpr unsigned some_register = 20;
constexpr std::uint64_t seed     = 7;

[[nodiscard]] auto get (const Victim &victim, std::uint64_t which) -> std::uint64_t {
    const auto got = vms::vm_call (RAVELIN_VCPU_GET, victim.handle (), 0, which);
    return got.status == RAVELIN_SUCCESS ? got.value : 0;
}

void set (const Victim &victim, std::uint64_t which, std::uint64_t value) {
    static_cast<void> (vms::vm_call (RAVELIN_VCPU_SET, victim.handle (), 0, which, value));
}

/// A victim that is out, with a secret in each register.
void bring_out (Victim &victim) {
    static_cast<void> (victim.order (Order::keep_registers));
    victim.begin (Order::keep_registers);
    static_cast<void> (victim.run ());
}

auto get_register () -> bool {
    Victim victim;
    bring_out (victim);
    return get (victim, RAVELIN_REGISTER_X0 + some_register) == register_secret (some_register);
}

auto set_register () -> bool {
    Victim victim;
    bring_out (victim);
    set (victim, RAVELIN_REGISTER_X0 + some_register, forged);
    return victim.finish () != 0;
}

auto get_fp_register () -> bool {
    Victim victim;
    static_cast<void> (victim.order (Order::keep_fp, seed));
    const auto kept = vms::FpState::of (seed);
    return get (victim, RAVELIN_REGISTER_V0_LOW) == kept.v[0];
}

auto set_fp_register () -> bool {
    Victim victim;
    static_cast<void> (victim.order (Order::keep_fp, seed));
    set (victim, RAVELIN_REGISTER_V0_LOW, forged);
    return victim.order (Order::count_changed_fp, seed) != 0;
}

/// It goes on where the host says: at its first instruction, and so it tells once more that it has begun.
auto set_pc () -> bool {
    Victim victim;
    victim.begin (Order::load, GUEST_PAGE);
    set (victim, RAVELIN_REGISTER_PC, GUEST_IMAGE);
    const auto exit = victim.run ();
    return exit.cause == RAVELIN_EXIT_MMIO && exit.x2 == GUEST_BEGUN;
}

constexpr std::uint64_t gicd_isenabler0 = 0x100;
constexpr std::uint64_t some_interrupt  = 1U << 20;

auto get_register_of_gic () -> bool {
    Victim victim{0, {.intids = 64}};
    static_cast<void> (victim.order (Order::store_word, GUEST_GICD + gicd_isenabler0, some_interrupt));
    const auto got = vms::vm_call (RAVELIN_GIC_GET, victim.handle (), 0, gicd_isenabler0);
    return got.status == RAVELIN_SUCCESS && (got.value & some_interrupt) != 0;
}

auto set_register_of_gic () -> bool {
    Victim victim{0, {.intids = 64}};
    static_cast<void> (vms::vm_call (RAVELIN_GIC_SET, victim.handle (), 0, gicd_isenabler0, some_interrupt));
    return (victim.order (Order::load_word, GUEST_GICD + gicd_isenabler0) & some_interrupt) != 0;
}

/// A plain VM of the host's, whose vCPU lies right before the page where its victim has a secret.
class Neighbour {
  public:
    explicit Neighbour (Victim &victim) {
        const Pa own = victim.keep_secret (GUEST_PAGE + page);
        vms::must ("VCPU_CREATE", vm_.call (RAVELIN_VCPU_CREATE, 0, own.value () - page, GUEST_RAM));
    }

    /// What VCPU_GET says of register @p number, be there one or not.
    [[nodiscard]] auto get (std::uint64_t number) const -> std::uint64_t {
        const auto got = vms::vm_call (RAVELIN_VCPU_GET, vm_.handle, 0, number);
        return got.status == RAVELIN_SUCCESS ? got.value : 0;
    }

    /// The number behind all registers at which the secret is; 0: none.
    [[nodiscard]] auto find_secret () const -> std::uint64_t {
        constexpr std::uint64_t words = page / sizeof (std::uint64_t);
        for (std::uint64_t number = RAVELIN_REGISTERS; number < RAVELIN_REGISTERS + words; ++number) {
            if (get (number) == secret) { return number; }
        }
        return 0;
    }

    void set (std::uint64_t number) const {
        static_cast<void> (vms::vm_call (RAVELIN_VCPU_SET, vm_.handle, 0, number, forged));
    }

  private:
    vms::BareVm vm_{vms::arena (1), true};
};

auto get_register_behind_vcpu () -> bool {
    Victim victim;
    const Neighbour neighbour{victim};
    return neighbour.find_secret () != 0;
}

auto set_register_behind_vcpu () -> bool {
    Victim victim;
    const Neighbour neighbour{victim};
    if (const auto number = neighbour.find_secret (); number != 0) { neighbour.set (number); }
    return victim.has_lost_secret (GUEST_PAGE + page);
}

constexpr std::array attacks{
    Attack{"get-register-of-protected-vcpu", get_register},
    Attack{"set-register-of-protected-vcpu", set_register},
    Attack{"get-fp-register-of-protected-vcpu", get_fp_register},
    Attack{"set-fp-register-of-protected-vcpu", set_fp_register},
    Attack{"set-pc-of-protected-vcpu", set_pc},
    Attack{"get-register-behind-vcpu", get_register_behind_vcpu},
    Attack{"set-register-behind-vcpu", set_register_behind_vcpu},
    Attack{"get-register-of-protected-gic", get_register_of_gic},
    Attack{"set-register-of-protected-gic", set_register_of_gic},
};
}  // namespace

auto vcpu_call_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

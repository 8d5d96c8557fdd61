// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "victim.hpp"
#include "vms/host/reach.hpp"

#include <array>

// Pages that the host gives although they aren't its own any more, or gives twice.

namespace attacks {

namespace {
constexpr std::uint64_t page      = ravelin::page_size;
constexpr std::uint64_t elsewhere = GUEST_PAGE + 16 * page;  // where no guest has anything yet

/// Tries to let a VM have the host's page at @p place, again or too.
void donate (Victim &to, std::uint64_t ipa, Pa place) {
    static_cast<void> (vms::vm_call (RAVELIN_VM_DONATE, to.handle (), ipa, place.value (), 1));
}

auto donate_page_twice () -> bool {
    Victim victim;
    donate (victim, elsewhere, victim.keep_secret ());
    static_cast<void> (victim.order (Order::store, elsewhere, forged));
    return victim.has_lost_secret ();
}

auto donate_page_to_another_vm () -> bool {
    Victim victim;
    Victim other{1};
    donate (other, elsewhere, victim.keep_secret ());
    return other.reads (elsewhere) == secret || victim.has_lost_secret ();
}

constexpr std::array attacks{
    Attack{"donate-page-twice", donate_page_twice},
    Attack{"donate-page-to-another-vm", donate_page_to_another_vm},
};
}  // namespace

auto owner_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "hyp/abi/status.h"
#include "places.hpp"
#include "victim.hpp"
#include "vms/host/bare_vm.hpp"

#include <array>

// Pages that the host gives although they aren't its own, or not its own alone.

namespace attacks {

namespace {
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

/// It would become a page for tables.
auto top_up_with_donated_page () -> bool {
    Victim victim;
    const Victim other{1};
    const Pa page = victim.keep_secret ();
    static_cast<void> (vms::vm_call (RAVELIN_VM_TOP_UP, other.handle (), page.value (), 1));
    return victim.has_lost_secret ();
}

auto make_vcpu_of_donated_page () -> bool {
    Victim victim;
    const vms::BareVm other{vms::arena (1), true};
    static_cast<void> (other.call (RAVELIN_VCPU_CREATE, 0, victim.keep_secret ().value (), GUEST_RAM));
    return victim.has_lost_secret ();
}

auto make_vm_of_donated_pages () -> bool {
    Victim victim;
    const Pa pages     = victim.keep_secret ();
    const auto created = vms::vm_call (RAVELIN_VM_CREATE, pages.value (), 39 | RAVELIN_VM_PROTECTED, 1);
    const bool lost    = victim.has_lost_secret ();
    if (created.status == RAVELIN_SUCCESS) { vms::tear_down (created.value); }
    return lost;
}

/// A plain VM, the host's accomplice, would read it.
auto lend_donated_page () -> bool {
    Victim victim;
    Victim accomplice{1, {.is_plain = true}};
    lend (accomplice, elsewhere, victim.keep_secret ());
    return accomplice.reads (elsewhere) == secret;
}

auto lend_ravelins_page () -> bool {
    Victim accomplice{1, {.is_plain = true}};
    lend (accomplice, elsewhere, el1::machine ().ravelin.start);
    return accomplice.order (Order::load_word, elsewhere + image_magic_at) == image_magic;
}

/// Whoever has the virtual interface's control registers puts interrupts into other guests.
auto lend_gich () -> bool {
    Victim accomplice{1, {.is_plain = true}};
    lend (accomplice, elsewhere, gich ());
    return accomplice.order (Order::load_word, elsewhere + gich_vtr) != 0;
}

/// The accomplice has it already.
auto donate_lent_page () -> bool {
    Victim accomplice{1, {.is_plain = true}};
    Victim victim;
    const Pa place = victim.page_for (elsewhere + page);
    lend (accomplice, elsewhere, place);
    donate (victim, elsewhere, place);
    static_cast<void> (victim.order (Order::store, elsewhere, secret));
    return accomplice.reads (elsewhere) == secret;
}

/// The first of the pages is the host's, and the next isn't.
auto donate_across_border () -> bool {
    Victim victim;
    Victim other{1};
    const Pa own = victim.keep_secret (GUEST_PAGE + page);
    donate (other, elsewhere, Pa{own.value () - page}, 2);
    return other.reads (elsewhere + page) == secret || victim.has_lost_secret (GUEST_PAGE + page);
}

/// The accomplice would keep it when the victim doesn't share it any more.
auto lend_shared_page () -> bool {
    Victim victim;
    Victim accomplice{1, {.is_plain = true}};
    const Pa own = victim.keep_secret ();
    victim.share ();
    lend (accomplice, elsewhere, own);
    victim.unshare ();
    return accomplice.reads (elsewhere) == secret;
}

constexpr std::array attacks{
    Attack{"donate-page-twice", donate_page_twice},
    Attack{"donate-page-to-another-vm", donate_page_to_another_vm},
    Attack{"top-up-with-donated-page", top_up_with_donated_page},
    Attack{"make-vcpu-of-donated-page", make_vcpu_of_donated_page},
    Attack{"make-vm-of-donated-pages", make_vm_of_donated_pages},
    Attack{"donate-across-border", donate_across_border},
    Attack{"lend-donated-page", lend_donated_page},
    Attack{"lend-shared-page", lend_shared_page},
    Attack{"lend-ravelins-page", lend_ravelins_page},
    Attack{"lend-gich", lend_gich},
    Attack{"donate-lent-page", donate_lent_page},
};
}  // namespace

auto owner_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

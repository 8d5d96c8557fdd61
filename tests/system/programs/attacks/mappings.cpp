// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "places.hpp"
#include "vms/host/reach.hpp"

#include <array>

// What a guest's address leads to, changed under it.

namespace attacks {

namespace {
/// Another of the host's pages, full of what it wants its victim to read.
[[nodiscard]] auto forged_page (const Victim &victim, std::uint64_t ipa = elsewhere + page) -> Pa {
    const Pa place = victim.page_for (ipa);
    vms::fill ({place, page}, forged);
    return place;
}

auto swap_donated_page () -> bool {
    Victim victim;
    static_cast<void> (victim.keep_secret ());
    donate (victim, GUEST_PAGE, forged_page (victim));
    return victim.has_lost_secret ();
}

auto unmap_donated_page () -> bool {
    Victim victim;
    static_cast<void> (victim.keep_secret ());
    static_cast<void> (vms::vm_call (RAVELIN_VM_UNMAP, victim.handle (), GUEST_PAGE, 1));
    donate (victim, GUEST_PAGE, forged_page (victim));
    return victim.has_lost_secret ();
}

/// A page is only needed once the guest runs, and by then it trusts its memory.
auto plant_data_in_needed_page () -> bool {
    Victim victim;
    donate (victim, elsewhere, forged_page (victim, elsewhere));
    return victim.reads (elsewhere) == forged;
}

/// A page at the start of a block, whose other pages stay the host's.
auto donate_one_page_for_many () -> bool {
    constexpr std::uint64_t block = GUEST_PAGE + ravelin::block_size;
    Victim victim;
    donate (victim, block, victim.page_for (block));
    static_cast<void> (victim.order (Order::store, block + page, secret));
    return vms::try_load (victim.page_for (block + page)) == secret;
}

/// What the guest stores to its RAM there would go to its CPU interface.
auto put_gic_over_ram () -> bool {
    constexpr std::uint64_t gicd = GUEST_GICD;
    const vms::Shape shape{.intids = 0};
    Victim victim{0, shape, [] (vms::Vm &made) {
                      const auto tables = vms::arena (0).take (4 * page).value ();
                      vms::must ("VM_TOP_UP", vms::vm_call (RAVELIN_VM_TOP_UP, made.handle (), tables, 4).status);
                      static_cast<void> (vms::vm_call (RAVELIN_VM_SET_GIC, made.handle (), gicd, elsewhere, 64));
                  }};
    static_cast<void> (victim.keep_secret (elsewhere));
    return victim.has_lost_secret (elsewhere);
}

constexpr std::array attacks{
    Attack{"swap-donated-page", swap_donated_page},
    Attack{"unmap-donated-page", unmap_donated_page},
    Attack{"plant-data-in-needed-page", plant_data_in_needed_page},
    Attack{"donate-one-page-for-many", donate_one_page_for_many},
    Attack{"put-gic-over-ram", put_gic_over_ram},
};
}  // namespace

auto mapping_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "memory_access.hpp"
#include "places.hpp"
#include "vms/host/helper.hpp"

#include <array>

// A host that keeps what its TLB says of a page which isn't its own any more. Nothing that follows on this CPU makes it
// forget that: the guest runs on another one.

namespace attacks {

namespace {
/// The block around it has been split before, for another page: it's one page that changes.
[[nodiscard]] auto page_to_touch (Victim &victim) -> std::uint64_t {
    static_cast<void> (victim.keep_secret ());
    return el1::normal_window (victim.page_for (elsewhere));
}

void keep_secret_there (void *victim) {
    static_cast<void> (static_cast<Victim *> (victim)->keep_secret (elsewhere));
}

void unshare_and_keep_secret (void *victim) {
    static_cast<Victim *> (victim)->unshare (elsewhere);
    keep_secret_there (victim);
}

auto store_by_kept_translation () -> bool {
    Victim victim;
    const auto window = page_to_touch (victim);
    static_cast<void> (load_at (window));
    donate (victim, elsewhere, victim.page_for (elsewhere));
    store_at (window);
    return victim.reads (elsewhere) == forged;
}

auto load_by_translation_of_another_cpu () -> bool {
    Victim victim;
    vms::Helper helper{1};
    const auto window = page_to_touch (victim);
    static_cast<void> (load_at (window));
    helper.run (keep_secret_there, &victim);
    return load_at (window) == secret;
}

auto load_by_translation_after_unshare () -> bool {
    Victim victim;
    vms::Helper helper{1};
    const auto window = page_to_touch (victim);
    victim.share (elsewhere);
    static_cast<void> (load_at (window));
    helper.run (unshare_and_keep_secret, &victim);
    return load_at (window) == secret;
}

/// The loan is over, and no translation needed.
auto load_after_unshare () -> bool {
    Victim victim;
    const auto window = page_to_touch (victim);
    victim.share (elsewhere);
    unshare_and_keep_secret (&victim);
    return load_at (window) == secret;
}

constexpr std::array attacks{
    Attack{"store-by-kept-translation", store_by_kept_translation},
    Attack{"load-by-translation-of-another-cpu", load_by_translation_of_another_cpu},
    Attack{"load-by-translation-after-unshare", load_by_translation_after_unshare},
    Attack{"load-after-unshare", load_after_unshare},
};
}  // namespace

auto stale_translation_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

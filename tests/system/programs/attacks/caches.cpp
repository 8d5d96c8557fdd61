// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "memory_access.hpp"
#include "places.hpp"
#include "synchronize.hpp"

#include <array>
#include <cstring>

// What a host leaves in caches when it gives a page away, and finds there when it comes back. The guest's own are off:
// it reads and writes memory past them.

namespace attacks {

namespace {
using el1::Level;

/// What is left in the host's data cache goes to memory now: much more than fits in comes after it, because which line
/// makes room may be a matter of chance.
void displace_cache () {
    constexpr std::uint64_t several_caches = 12ULL << 20;
    static_assert (several_caches <= vms::Arena::size);
    const Pa start = vms::arena (vms::Arena::count - 1).page_for (Ipa{GUEST_RAM});
    for (std::uint64_t offset = 0; offset < several_caches; offset += el1::cache_line) {
        static_cast<void> (*reinterpret_cast<const volatile std::uint64_t *> ((start + offset).value ()));
    }
    asm volatile ("dsb sy" ::: "memory");
}

/// Writes a word of @p place, and lets it be in the cache.
void leave_dirty_line (Pa place) {
    *reinterpret_cast<volatile std::uint64_t *> (place.value ()) = forged;
}

/// The VM is new: what it gets is what the host has put there, and isn't zeroed.
auto leave_dirty_line_on_donated_page () -> bool {
    Victim victim{0, {}, [] (vms::Vm &made) {
                      const Pa place = made.page_for (Ipa{elsewhere});
                      leave_dirty_line (place);
                      static_cast<void> (
                          vms::vm_call (RAVELIN_VM_DONATE, made.handle (), elsewhere, place.value (), 1));
                  }};
    static_cast<void> (victim.keep_secret (elsewhere));
    displace_cache ();
    return victim.has_lost_secret (elsewhere);
}

auto leave_dirty_line_on_needed_page () -> bool {
    Victim victim;
    const Pa place = victim.page_for (elsewhere);
    leave_dirty_line (place);
    donate (victim, elsewhere, place);
    static_cast<void> (victim.keep_secret (elsewhere));
    displace_cache ();
    return victim.has_lost_secret (elsewhere);
}

auto leave_dirty_line_on_unshared_page () -> bool {
    Victim victim;
    const Pa place = victim.keep_secret ();
    victim.share ();
    leave_dirty_line (place);
    victim.unshare ();
    static_cast<void> (victim.keep_secret ());
    displace_cache ();
    return victim.has_lost_secret ();
}

/// The page is zero for who looks into the cache, but the guest doesn't.
auto plant_data_past_zeros () -> bool {
    Victim victim;
    const Pa place = victim.page_for (elsewhere);
    vms::fill ({place, page}, forged);
    donate (victim, elsewhere, place);
    return victim.reads (elsewhere) == forged;
}

/// The page is zero for who looks into the cache, but the host doesn't.
auto read_reclaimed_page_past_zeros () -> bool {
    Victim victim;
    const Pa own = victim.keep_secret ();
    victim.destroy ();
    return load_at (el1::device_window (own)) == secret;
}

/// A function that returns @p number, and where the host goes on.
[[nodiscard]] constexpr auto code_of (std::uint64_t number) -> std::array<std::uint64_t, 2> {
    return {0xd65f'03c0'd280'0000 | number << 5,  // MOVZ X0, #number; RET
            0xd420'0000};                         // BRK
}

/// The host has run code where a guest's will be, and its instruction cache has that still.
auto run_old_instructions () -> bool {
    constexpr std::uint64_t old_number = 0x01d;
    constexpr std::uint64_t new_number = 0x4e4;
    constexpr auto old_code            = code_of (old_number);
    constexpr auto new_code            = code_of (new_number);
    Victim victim;
    const Pa place = victim.page_for (elsewhere);
    std::memcpy (reinterpret_cast<void *> (place.value ()), old_code.data (), sizeof old_code);
    el1::make_executable (reinterpret_cast<const void *> (place.value ()), sizeof old_code);
    el1::Context context;
    context.x[30] = place.value () + sizeof old_code[0];
    el1::run_code (place.value (), Level::el1h, context);

    donate (victim, elsewhere, place);
    for (std::size_t i = 0; i < new_code.size (); ++i) {
        static_cast<void> (victim.order (Order::store, elsewhere + i * sizeof new_code[i], new_code[i]));
    }
    return victim.order (Order::run_new, elsewhere) == old_number;
}

constexpr std::array attacks{
    Attack{"leave-dirty-line-on-donated-page", leave_dirty_line_on_donated_page},
    Attack{"leave-dirty-line-on-needed-page", leave_dirty_line_on_needed_page},
    Attack{"leave-dirty-line-on-unshared-page", leave_dirty_line_on_unshared_page},
    Attack{"plant-data-past-zeros", plant_data_past_zeros},
    Attack{"read-reclaimed-page-past-zeros", read_reclaimed_page_past_zeros},
    Attack{"run-old-instructions", run_old_instructions},
};
}  // namespace

auto cache_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

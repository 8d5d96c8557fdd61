// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "memory_access.hpp"
#include "synchronize.hpp"
#include "system_register.hpp"

#include <array>

// Every way in which a host's instruction reaches a page that a guest has.

namespace attacks {

namespace {
using el1::Context;
using el1::Level;

constexpr std::uint32_t brk = 0xd420'0000;

auto load_from_donated_page () -> bool {
    Victim victim;
    return load_at (el1::normal_window (victim.keep_secret ())) == secret;
}

auto store_to_donated_page () -> bool {
    Victim victim;
    store_at (el1::normal_window (victim.keep_secret ()));
    return victim.has_lost_secret ();
}

auto load_from_donated_page_by_el0 () -> bool {
    Victim victim;
    return load_at (el1::user_window (victim.keep_secret ()), Level::el0) == secret;
}

auto store_to_donated_page_by_el0 () -> bool {
    Victim victim;
    store_at (el1::user_window (victim.keep_secret ()), Level::el0);
    return victim.has_lost_secret ();
}

auto load_by_device_alias () -> bool {
    Victim victim;
    return load_at (el1::device_window (victim.keep_secret ())) == secret;
}

auto store_by_device_alias () -> bool {
    Victim victim;
    store_at (el1::device_window (victim.keep_secret ()));
    return victim.has_lost_secret ();
}

/// It begins in the page before, which is the host's.
auto unaligned_load_into_donated_page () -> bool {
    constexpr std::uint64_t half = 4;
    constexpr unsigned half_bits = 32;
    Victim victim;
    const auto read = load_at (el1::normal_window (victim.keep_secret ()) - half);
    return read >> half_bits == (secret & 0xffff'ffff);
}

/// A pair with writeback: no syndrome says what it loads.
auto load_pair_from_donated_page () -> bool {
    constexpr std::uint32_t load_pair = 0xa8c1'0c22;  // LDP X2, X3, [X1], #16
    Victim victim;
    return load_at (el1::normal_window (victim.keep_secret ()), Level::el1h, load_pair) == secret;
}

auto exclusive_store_to_donated_page () -> bool {
    alignas (el1::cache_line) static constinit std::array<std::uint32_t, 3> code{
        0xc85f'7c22,  // LDXR X2, [X1]
        0xc803'7c24,  // STXR W3, X4, [X1]
        brk,
    };
    Victim victim;
    Context context;
    context.x[1] = el1::normal_window (victim.keep_secret ());
    context.x[4] = forged;
    el1::make_executable (code.data (), sizeof code);
    el1::run_code (el1::address_of (code).value (), Level::el1h, context);
    return context.x[2] == secret || victim.has_lost_secret ();
}

auto zero_donated_page () -> bool {
    constexpr std::uint32_t dc_zva = 0xd50b'7421;  // DC ZVA, X1
    Victim victim;
    store_at (el1::normal_window (victim.keep_secret ()), Level::el1h, dc_zva);
    return victim.has_lost_secret ();
}

auto fetch_from_donated_page () -> bool {
    constexpr std::uint64_t number = 0x5ec2;
    constexpr std::uint64_t movz   = 0xd280'0000;  // MOVZ X0, #number
    Victim victim;
    const Pa page = victim.keep_secret ();
    static_cast<void> (
        victim.order (Order::store, GUEST_PAGE, static_cast<std::uint64_t> (brk) << 32 | movz | number << 5));
    Context context;
    el1::run_code (el1::normal_window (page), Level::el1h, context);
    return context.x[0] == number;
}

/// The host's own tables of high addresses begin in the page; that they lead somewhere tells what is in it.
auto walk_through_donated_page () -> bool {
    constexpr std::uint64_t gib   = 1ULL << 30;
    constexpr std::uint64_t block = 0x701;  // AF, inner shareable, AttrIndx 0, valid
    static constinit std::uint64_t mark{};
    mark = forged;

    Victim victim;
    const Pa page    = victim.keep_secret ();
    const Pa own     = el1::address_of (mark);
    const auto table = own.value () / gib * gib | block;
    static_cast<void> (victim.order (Order::store, GUEST_PAGE, table));
    const auto before = el1::read<el1::sysreg::ttbr1_el1> ();
    el1::write<el1::sysreg::ttbr1_el1> (page.value ());
    el1::tables_changed ();
    const auto read = load_at (el1::normal_window (Pa{0}) + own.value () % gib);
    el1::write<el1::sysreg::ttbr1_el1> (before);
    el1::tables_changed ();
    return read == forged;
}

constexpr std::array attacks{
    Attack{"load-from-donated-page", load_from_donated_page},
    Attack{"store-to-donated-page", store_to_donated_page},
    Attack{"load-from-donated-page-by-el0", load_from_donated_page_by_el0},
    Attack{"store-to-donated-page-by-el0", store_to_donated_page_by_el0},
    Attack{"load-from-donated-page-by-device-alias", load_by_device_alias},
    Attack{"store-to-donated-page-by-device-alias", store_by_device_alias},
    Attack{"unaligned-load-into-donated-page", unaligned_load_into_donated_page},
    Attack{"load-pair-from-donated-page", load_pair_from_donated_page},
    Attack{"exclusive-store-to-donated-page", exclusive_store_to_donated_page},
    Attack{"zero-donated-page", zero_donated_page},
    Attack{"fetch-from-donated-page", fetch_from_donated_page},
    Attack{"walk-through-donated-page", walk_through_donated_page},
};
}  // namespace

auto access_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

// SPDX-License-Identifier: BSD-2-Clause
#include "attacks.hpp"
#include "call.hpp"
#include "hyp/abi/host_calls.h"
#include "hyp/abi/status.h"
#include "places.hpp"
#include "vms/host/reach.hpp"

#include <array>
#include <optional>

// Where Ravelin keeps what it knows: in its own memory, and in pages that the host has given a VM for that.

namespace attacks {

namespace {
using vms::try_load;
using vms::try_store;

/// The first word in @p range, as far as the host reaches it, of which @p is_it says yes.
template <class IsIt>
[[nodiscard]] auto find (PaRange range, IsIt is_it) -> std::optional<Pa> {
    constexpr std::uint64_t word = 8;
    for (Pa start = range.start; start < range.end (); start = start + page) {
        for (std::uint64_t offset = 0; offset < page; offset += word) {
            const auto value = try_load (start + offset);
            if (!value) { break; }
            if (is_it (*value)) { return start + offset; }
        }
    }
    return std::nullopt;
}

/// Pages of the VM that is made of @p arena: its control block, tables, vCPUs.
[[nodiscard]] auto control_pages (unsigned arena = 0) -> PaRange {
    return vms::arena (arena).taken ();
}

constexpr unsigned some_register = 20;

[[nodiscard]] auto find_register () -> std::optional<Pa> {
    return find (control_pages (), [] (std::uint64_t value) { return value == register_secret (some_register); });
}

auto read_register_in_vcpu_page () -> bool {
    Victim victim;
    static_cast<void> (victim.order (Order::keep_registers));
    victim.begin (Order::keep_registers);
    static_cast<void> (victim.run ());
    const bool found = find_register ().has_value ();
    static_cast<void> (victim.finish ());
    return found;
}

auto change_register_in_vcpu_page () -> bool {
    Victim victim;
    static_cast<void> (victim.order (Order::keep_registers));
    victim.begin (Order::keep_registers);
    static_cast<void> (victim.run ());
    if (const auto place = find_register ()) { static_cast<void> (try_store (*place, forged)); }
    return victim.finish () != 0;
}

auto change_tables_of_guest () -> bool {
    constexpr std::uint64_t attributes = 0xfff0'0000'0000'0fff;
    Victim victim;
    const Pa own   = victim.keep_secret ();
    const Pa other = victim.page_for (elsewhere);
    vms::fill ({other, page}, forged);
    const auto leads_to_page = [own] (std::uint64_t entry) {
        return (entry & ~attributes) == own.value () && (entry & 1) != 0;
    };
    const auto place = find (control_pages (), leads_to_page);
    if (!place) { return false; }
    const auto entry = try_load (*place).value_or (0);
    static_cast<void> (try_store (*place, (entry & attributes) | other.value ()));
    const bool lost = victim.has_lost_secret ();
    static_cast<void> (try_store (*place, entry));
    return lost;
}

auto read_ravelins_memory () -> bool {
    const auto word = try_load (el1::machine ().ravelin.start + image_magic_at);
    return word && (*word & 0xffff'ffff) == image_magic;
}

auto write_ravelins_memory () -> bool {
    constexpr std::uint64_t word = 8;
    const Pa last{el1::machine ().ravelin.end ().value () - word};
    const auto before = try_load (last);
    if (!before) { return false; }
    static_cast<void> (try_store (last, forged));
    const bool changed = try_load (last) == forged;
    static_cast<void> (try_store (last, *before));
    return changed;
}

/// Where the reserve has the state of the page at @p place: four bytes a page, in the order of the banks. 0 says that
/// it is the host's alone.
[[nodiscard]] auto state_of (Pa place) -> Pa {
    constexpr std::uint64_t bytes = 4;
    std::uint64_t before          = 0;
    for (const PaRange &bank : el1::machine ().ram) {
        if (bank.contains (place)) {
            return el1::machine ().reserve.start + (before + (place - bank.start) / page) * bytes;
        }
        before += bank.size / page;
    }
    return el1::machine ().reserve.start;
}

auto forge_owner_of_page () -> bool {
    Victim victim;
    Victim other{1};
    const Pa own = victim.keep_secret ();
    // A word holds two of them, and the other one isn't the victim's.
    static_cast<void> (try_store (state_of (own), 0));
    donate (other, elsewhere, own);
    return other.reads (elsewhere) == secret || victim.has_lost_secret ();
}

/// Counts behind those that there are would be what Ravelin has behind them: its own addresses among it.
auto read_behind_trap_counts () -> bool {
    constexpr std::uint64_t words = 8192;
    const auto &machine           = el1::machine ();
    for (std::uint64_t cause = RAVELIN_TRAP_CAUSES; cause < RAVELIN_TRAP_CAUSES + words; ++cause) {
        const auto result = el1::hvc (RAVELIN_TRAP_COUNT, 0, cause);
        const Pa found{result[1]};
        const bool is_own = machine.ravelin.contains (found) || machine.reserve.contains (found);
        if (result[0] == RAVELIN_SUCCESS && is_own) { return true; }
    }
    return false;
}

constexpr std::array attacks{
    Attack{"read-register-in-vcpu-page", read_register_in_vcpu_page},
    Attack{"change-register-in-vcpu-page", change_register_in_vcpu_page},
    Attack{"change-tables-of-guest", change_tables_of_guest},
    Attack{"read-ravelins-memory", read_ravelins_memory},
    Attack{"write-ravelins-memory", write_ravelins_memory},
    Attack{"forge-owner-of-page", forge_owner_of_page},
    Attack{"read-behind-trap-counts", read_behind_trap_counts},
};
}  // namespace

auto control_block_attacks () -> Attacks {
    return attacks;
}

}  // namespace attacks

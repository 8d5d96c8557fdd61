// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vdev/list_registers.hpp"

#include <algorithm>
#include <bit>

namespace ravelin {

namespace {
using namespace list_register;

/// An interrupt that would like a list register: the smaller, the sooner.
namespace wish {
constexpr Bits32 number{9, 0};
constexpr Bits32 urgency{23, 16};  // its priority
constexpr Bits32 is_active{31, 31};
constexpr std::uint32_t none = ~0U;
}  // namespace wish

/// The best wishes for as many list registers as there are.
struct Wishes {
    std::array<std::uint32_t, count> best{wish::none, wish::none, wish::none, wish::none};
    unsigned pending{};
    unsigned active{};

    void add (std::uint32_t one) {
        ++(wish::is_active.any (one) ? active : pending);
        for (auto &place : best) {
            if (one < place) { std::swap (one, place); }
        }
    }

    /// Those of a bank whose first is @p first; @p urgency says how much each of them matters.
    void add_all (unsigned first, std::uint32_t which, std::uint32_t kind, const auto &urgency) {
        for (; which != 0; which &= which - 1) {
            const auto i = static_cast<unsigned> (std::countr_zero (which));
            add (kind | wish::urgency.put (urgency (i)) | (first + i));
        }
    }

    void add_pending (const InterruptBank &bank, unsigned first, std::uint32_t which) {
        add_all (first, which, 0,
                 [&] (unsigned i) -> std::uint32_t { return bank.about[i] & InterruptBank::priority; });
    }

    void add_active (const OfferedPriorities &offered, const InterruptBank &bank, unsigned first, std::uint32_t which) {
        add_all (first, which, wish::is_active.mask (),
                 [&] (unsigned i) -> std::uint32_t { return offered.of_active (first + i, bank.about[i]); });
    }
};

/// Active interrupts of a shared bank that @p vcpu has taken.
[[nodiscard]] auto taken_by (const InterruptBank &bank, unsigned vcpu) -> std::uint32_t {
    std::uint32_t which = 0;
    for (auto left = bank.active & ~bank.listed; left != 0; left &= left - 1) {
        const auto i = static_cast<unsigned> (std::countr_zero (left));
        if ((bank.about[i] & InterruptBank::vcpu) == vcpu) { which |= 1U << i; }
    }
    return which;
}

/// All that @p vcpu has active, and if so asked, pending.
[[nodiscard]] auto gather (Distributor &gic, const OfferedPriorities &offered, unsigned vcpu, bool and_pending)
    -> Wishes {
    Wishes wishes;
    const auto &own = gic.vcpus[vcpu].own;
    if (and_pending) { wishes.add_pending (own, 0, gic.deliverable (own)); }
    wishes.add_active (offered, own, 0, own.active & ~own.listed);
    for (auto left = gic.busy; left != 0; left &= left - 1) {
        const auto number = static_cast<unsigned> (std::countr_zero (left));
        const auto first  = number * Distributor::banked;
        const auto &bank  = gic.bank (vcpu, number);
        if (and_pending) { wishes.add_pending (bank, first, gic.deliverable (bank) & bank.by_vcpu[vcpu]); }
        wishes.add_active (offered, bank, first, taken_by (bank, vcpu));
        if ((bank.pending () | bank.active | bank.listed) == 0) { gic.busy &= ~(1U << number); }
    }
    return wishes;
}

/// vCPUs to which an interrupt of a shared bank goes, now that @p vcpu has let go of it, which isn't one of them.
[[nodiscard]] auto heirs (const Distributor &gic, unsigned vcpu, const InterruptBank &bank, std::uint32_t which)
    -> std::uint32_t {
    return (bank.by_vcpu[vcpu] & which) == 0 ? gic.concerned (bank, which) : 0;
}

/// Ends the most urgent interrupt that is active outside list registers, as its vCPU has. Returns its heirs.
[[nodiscard]] auto end_one (Distributor &gic, const OfferedPriorities &offered, unsigned vcpu) -> std::uint32_t {
    const auto first = gather (gic, offered, vcpu, false).best.front ();
    if (first == wish::none) { return 0; }
    const auto number = wish::number.get (first);
    const auto which  = 1U << number % Distributor::banked;
    auto &bank        = gic.bank (vcpu, number / Distributor::banked);
    bank.active &= ~which;
    return number < Distributor::banked ? 0 : heirs (gic, vcpu, bank, which);
}
}  // namespace

auto end_unlisted (Distributor &gic, const OfferedPriorities &offered, unsigned vcpu, std::uint32_t ends)
    -> std::uint32_t {
    std::uint32_t others = 0;
    for (; ends != 0; --ends) {
        others |= end_one (gic, offered, vcpu);
    }
    return others;
}

auto take_back_shared (Distributor &gic, unsigned vcpu, std::uint32_t list) -> std::uint32_t {
    const auto number = intid.get (list);
    const auto which  = 1U << number % Distributor::banked;
    auto &bank        = gic.bank (vcpu, number / Distributor::banked);
    take_back (bank, list);
    gic.busy |= 1U << number / Distributor::banked;
    return heirs (gic, vcpu, bank, which);
}

auto list_all (Distributor &gic, OfferedPriorities &offered, unsigned vcpu) -> Listing {
    Listing listing;
    const Wishes wishes  = gather (gic, offered, vcpu, true);
    unsigned active_ones = 0;
    for (const auto one : wishes.best) {
        if (one == wish::none) { break; }
        const bool is_active = wish::is_active.any (one);
        const auto number    = wish::number.get (one);
        ++(is_active ? active_ones : listing.pending);
        auto &bank = gic.bank (vcpu, number / Distributor::banked);
        static_cast<void> (listing.lists.push (fulfil (gic, offered, bank, vcpu, number, is_active)));
    }
    listing.more_pending = listing.pending < wishes.pending;
    listing.more_active  = active_ones < wishes.active;
    return listing;
}

}  // namespace ravelin

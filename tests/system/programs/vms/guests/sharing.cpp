// SPDX-License-Identifier: BSD-2-Clause
#include "access.hpp"
#include "call.hpp"
#include "guest.hpp"
#include "hyp/abi/guest_calls.h"
#include "hyp/abi/smccc.h"
#include "questions.hpp"

using namespace guest;

// What a protected guest lends to its host, and what it may say of it.

namespace {
constexpr std::uint64_t page         = 4096;
constexpr std::uint64_t untouched    = GUEST_PAGE + 16 * page;
constexpr std::uint64_t guests_word  = 0x6775'6573'7400'0001;
constexpr std::uint64_t guests_other = 0x6775'6573'7400'0002;

[[nodiscard]] auto call (std::uint64_t function, std::uint64_t a1 = 0, std::uint64_t a2 = 0, std::uint64_t a3 = 0)
    -> std::int64_t {
    return static_cast<std::int64_t> (el1::hvc (function, a1, a2, a3)[0]);
}

[[nodiscard]] auto share (std::uint64_t ipa) -> bool {
    return call (RAVELIN_GUEST_SHARE, ipa) == SMCCC_SUCCESS;
}

[[nodiscard]] auto unshare (std::uint64_t ipa) -> bool {
    return call (RAVELIN_GUEST_UNSHARE, ipa) == SMCCC_SUCCESS;
}

void host_is_kept_out (std::string_view when) {
    check (when, ask (ask_of (GUEST_PAGE, Question::reach)) == 0);
}

void lend_a_page () {
    store (GUEST_PAGE, guests_word);
    store (GUEST_PAGE + page, guests_word);
    host_is_kept_out ("the host reaches no page before it is shared");
    check ("a page is shared", share (GUEST_PAGE));
    check ("the host loads from it and stores to it",
           ask (ask_of (GUEST_PAGE, Question::reach)) == (reach_load | reach_store));
    check ("the host reads what the guest wrote", ask (ask_of (GUEST_PAGE, Question::read)) == guests_word);
    static_cast<void> (ask (ask_of (GUEST_PAGE, Question::write)));
    check ("the guest reads what the host wrote", load (GUEST_PAGE) == hosts_word);
    store (GUEST_PAGE, guests_other);
    check ("it goes on so", ask (ask_of (GUEST_PAGE, Question::read)) == guests_other);
    check ("the loan is ended", unshare (GUEST_PAGE));
    host_is_kept_out ("the host doesn't reach it then");
    check ("the guest keeps it", load (GUEST_PAGE) == guests_other);
    check ("its neighbour wasn't lent", ask (ask_of (GUEST_PAGE + page, Question::reach)) == 0);
}

void lend_a_page_that_is_not_there () {
    check ("a page is shared that the guest has never touched", share (untouched));
    check ("the host reaches it", ask (ask_of (untouched, Question::reach)) == (reach_load | reach_store));
    check ("the host finds zeros in it", ask (ask_of (untouched, Question::read)) == 0);
    check ("and its loan ends", unshare (untouched));
}

void refusals () {
    const auto is_invalid = [] (std::uint64_t function, std::uint64_t a1, std::uint64_t a2 = 0, std::uint64_t a3 = 0) {
        return call (function, a1, a2, a3) == SMCCC_INVALID_PARAMETER;
    };
    constexpr std::uint64_t guest_share   = RAVELIN_GUEST_SHARE;
    constexpr std::uint64_t guest_unshare = RAVELIN_GUEST_UNSHARE;
    constexpr std::uint64_t guard         = RAVELIN_GUEST_MMIO_GUARD;
    constexpr std::uint64_t behind_ipa    = 1ULL << 39;

    check ("SHARE refuses an address in a page", is_invalid (guest_share, GUEST_PAGE + 8));
    check ("SHARE refuses what isn't RAM", is_invalid (guest_share, GUEST_SCRATCH));
    check ("SHARE refuses what is behind all IPAs", is_invalid (guest_share, behind_ipa));
    check ("SHARE refuses an argument that should be 0",
           is_invalid (guest_share, GUEST_PAGE, 1) && is_invalid (guest_share, GUEST_PAGE, 0, 1));
    check ("UNSHARE refuses a page that isn't shared", is_invalid (guest_unshare, GUEST_PAGE));
    check ("UNSHARE refuses what isn't RAM", is_invalid (guest_unshare, GUEST_SCRATCH));
    check ("none of this shared it", ask (ask_of (GUEST_PAGE, Question::reach)) == 0);
    check ("a page is shared once more", share (GUEST_PAGE));
    check ("SHARE refuses a page that is", is_invalid (guest_share, GUEST_PAGE));
    check ("UNSHARE refuses an argument that should be 0",
           is_invalid (guest_unshare, GUEST_PAGE, 1) && is_invalid (guest_unshare, GUEST_PAGE, 0, 1));
    check ("UNSHARE refuses an address in it", is_invalid (guest_unshare, GUEST_PAGE + 8));
    check ("it is still shared",
           ask (ask_of (GUEST_PAGE, Question::reach)) == (reach_load | reach_store) && unshare (GUEST_PAGE));
    check ("MEMINFO says a page", call (RAVELIN_GUEST_MEMINFO) == page);
    check ("MEMINFO refuses arguments", is_invalid (RAVELIN_GUEST_MEMINFO, 1) &&
                                            is_invalid (RAVELIN_GUEST_MEMINFO, 0, 1) &&
                                            is_invalid (RAVELIN_GUEST_MEMINFO, 0, 0, 1));
    check ("MMIO_GUARD takes a page of a device", call (guard, GUEST_SCRATCH) == SMCCC_SUCCESS);
    check ("MMIO_GUARD refuses RAM", is_invalid (guard, GUEST_PAGE));
    check ("MMIO_GUARD refuses an address in a page", is_invalid (guard, GUEST_SCRATCH + 8));
    check ("MMIO_GUARD refuses what is behind all IPAs", is_invalid (guard, behind_ipa));
    check ("MMIO_GUARD refuses an argument that should be 0",
           is_invalid (guard, GUEST_SCRATCH, 1) && is_invalid (guard, GUEST_SCRATCH, 0, 1));
}

/// A plain VM has no memory of its own to share.
void not_for_plain () {
    check ("SHARE, UNSHARE, MEMINFO and MMIO_GUARD aren't there",
           call (RAVELIN_GUEST_SHARE, GUEST_PAGE) == SMCCC_NOT_SUPPORTED &&
               call (RAVELIN_GUEST_UNSHARE, GUEST_PAGE) == SMCCC_NOT_SUPPORTED &&
               call (RAVELIN_GUEST_MEMINFO) == SMCCC_NOT_SUPPORTED &&
               call (RAVELIN_GUEST_MMIO_GUARD, GUEST_SCRATCH) == SMCCC_NOT_SUPPORTED);
    store (GUEST_PAGE, guests_word);
    check ("the host reaches a page as it is",
           ask (ask_of (GUEST_PAGE, Question::reach)) == (reach_load | reach_store));
}
}  // namespace

void guest::run (const Start &start) {
    if (start.is_plain) {
        not_for_plain ();
        return;
    }
    lend_a_page ();
    lend_a_page_that_is_not_there ();
    refusals ();
}

// SPDX-License-Identifier: BSD-2-Clause
#include "access.hpp"
#include "call.hpp"
#include "guest.hpp"
#include "hyp/abi/guest_calls.h"

using namespace guest;

// A guest that never comes back by itself. The host sees it count in a page that it reaches.

void guest::run (const Start &start) {
    store (GUEST_PAGE, 0);
    if (!start.is_plain) {
        check ("the page to count in is shared", el1::hvc (RAVELIN_GUEST_SHARE, GUEST_PAGE)[0] == 0);
    }
    for (std::uint64_t count = 1;; ++count) {
        store (GUEST_PAGE, count);
    }
}

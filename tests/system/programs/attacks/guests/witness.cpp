// SPDX-License-Identifier: BSD-2-Clause
#include "access.hpp"
#include "guest.hpp"

using namespace guest;

// Stands for any kernel: it says what it has been given. First where its device tree is, then, of each address that the
// host names, what is there.

void guest::run (const Start &start) {
    for (std::uint64_t word = start.x0;;) {
        word = load (ask (word));
    }
}

// SPDX-License-Identifier: BSD-2-Clause
#include "access.hpp"
#include "guest.hpp"

using namespace guest;

// Leaves a secret in some of its pages, for a host that looks for it when the VM is gone.

void guest::run (const Start & /*start*/) {
    constexpr std::uint64_t secret = 0x5ec2'e75e'c2e7'5ec2;
    constexpr std::uint64_t pages  = 64;
    constexpr std::uint64_t page   = 4096;
    constexpr std::uint64_t word   = 8;
    for (std::uint64_t at = GUEST_PAGE; at < GUEST_PAGE + pages * page; at += word) {
        store (at, secret);
    }
    store (GUEST_BLOCK_RAM, secret);
}

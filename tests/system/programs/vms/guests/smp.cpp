// SPDX-License-Identifier: BSD-2-Clause
#include "access.hpp"
#include "guest.hpp"

#include <array>

using namespace guest;

// Several vCPUs hand a token round, and want pages of their own and one that they all want at once. The
// variant is how many there are. With caches off plain loads and stores are enough.

namespace {
constexpr std::uint64_t page      = 4096;
constexpr std::uint64_t own_pages = 16;
constexpr std::uint64_t turns     = 50;

constinit std::uint64_t token = 0;
constinit std::array<std::uint64_t, GUEST_MAX_VCPUS> is_good{};

[[nodiscard]] auto look (const std::uint64_t &place) -> std::uint64_t {
    return load (reinterpret_cast<std::uint64_t> (&place));
}

void put (std::uint64_t &place, std::uint64_t value) {
    store (reinterpret_cast<std::uint64_t> (&place), value);
}

void wait_for (std::uint64_t wanted) {
    while (look (token) != wanted) {
        asm volatile ("yield");
    }
}

/// Whether the pages of @p number arrive as zeros and hold what is written.
[[nodiscard]] auto own_pages_are_good (unsigned number) -> bool {
    const std::uint64_t start = GUEST_PAGE + (number + 1) * own_pages * page;
    bool good                 = true;
    for (std::uint64_t i = 0; i < own_pages; ++i) {
        good &= load (start + i * page) == 0;
        store (start + i * page, number * own_pages + i + 1);
    }
    for (std::uint64_t i = 0; i < own_pages; ++i) {
        good &= load (start + i * page) == number * own_pages + i + 1;
    }
    return good;
}

/// All go to pages that no one has touched, at about the same time, and keep out of each other's words.
[[nodiscard]] auto common_pages_are_good (unsigned number) -> bool {
    constexpr std::uint64_t start = GUEST_PAGE + 0x100000;
    constexpr std::uint64_t word  = 8;
    bool good                     = true;
    for (std::uint64_t at = start + number * word; at < start + own_pages * page; at += page) {
        good &= load (at) == 0;
        store (at, number + 1);
    }
    for (std::uint64_t at = start + number * word; at < start + own_pages * page; at += page) {
        good &= load (at) == number + 1;
    }
    return good;
}
}  // namespace

void guest::run (const Start &start) {
    const std::uint64_t count = start.variant;
    const bool own            = own_pages_are_good (start.number);
    for (std::uint64_t turn = 0; turn < turns; ++turn) {
        wait_for (turn * count + start.number);
        put (token, turn * count + start.number + 1);
    }
    const bool common = common_pages_are_good (start.number);
    put (is_good[start.number], own && common ? 1 : 0);
    wait_for (turns * count + start.number);
    put (token, turns * count + start.number + 1);
    if (start.number != 0) { return; }
    wait_for ((turns + 1) * count);
    check ("every vCPU had its turns", true);
    bool good = true;
    for (std::uint64_t i = 0; i < count; ++i) {
        good &= look (is_good[i]) == 1;
    }
    check ("pages arrived for each, and pages that all wanted for all", good);
}

// SPDX-License-Identifier: BSD-2-Clause
#include "memory.hpp"

#include "layout.h"

#include <array>
#include <cstddef>

using namespace el1;

namespace {
constexpr unsigned gib_shift        = 30;
constexpr std::uint64_t gib         = 1ULL << gib_shift;
constexpr std::size_t entries       = 512;
constexpr std::size_t window_blocks = window_size >> gib_shift;

/// A table of level 1: each entry a block of 1 GiB.
using Table = std::array<std::uint64_t, entries>;

// Block descriptor.  [ARM DDI 0487, D8.3.2]
constexpr std::uint64_t block           = 1;
constexpr std::uint64_t for_el0         = 1ULL << 6;   // AP[1]
constexpr std::uint64_t inner_shareable = 3ULL << 8;   // SH
constexpr std::uint64_t access_flag     = 1ULL << 10;  // AF
constexpr std::uint64_t never_for_el1   = 1ULL << 53;  // PXN
constexpr std::uint64_t never           = 1ULL << 54;  // UXN

// AttrIndx: places in MAIR_EL1.
constexpr std::uint64_t write_back = 0ULL << 2;
constexpr std::uint64_t device     = 1ULL << 2;  // nGnRE
constexpr std::uint64_t not_cached = 2ULL << 2;  // Normal
static_assert (EL1_MAIR == 0x44'04'ff, "in this order");

[[nodiscard]] auto leaf (std::uint64_t number, std::uint64_t attributes) -> std::uint64_t {
    return number << gib_shift | attributes | inner_shareable | access_flag | block;
}
}  // namespace

// start.S puts them into TTBR0_EL1 and TTBR1_EL1.
extern "C" {
alignas (4096) constinit Table el1_low_table{};
alignas (4096) constinit Table el1_high_table{};

// Runs with the MMU off: what it writes goes past the caches.
void el1_map_memory (std::uint64_t image) {
    const std::uint64_t own = image >> gib_shift;
    for (std::size_t i = 0; i < window_blocks; ++i) {
        const bool is_own          = i == own;
        const std::uint64_t normal = is_own ? write_back : not_cached;

        el1_low_table[i]                  = leaf (i, is_own ? write_back | never : device | never | never_for_el1);
        el1_low_table[window_blocks + i]  = leaf (i, normal | for_el0 | never_for_el1);
        el1_high_table[i]                 = leaf (i, normal | never);
        el1_high_table[window_blocks + i] = leaf (i, device | never | never_for_el1);
    }
    constexpr std::size_t low_user = low_user_window (Pa{0}) >> gib_shift;
    el1_low_table[low_user]        = leaf (own, write_back | for_el0 | never_for_el1);
    el1_high_table[entries - 1]    = leaf (behind_stage2.value () >> gib_shift, not_cached | never);
    static_assert (behind_stage2.value () % gib == 0);
}
}

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "accesses.h"

#include <array>
#include <cstdint>
#include <span>

namespace forbidden {

/// A load or store to try.
struct Access {
    std::uint32_t instruction;  // X1 is its address
    std::uint32_t kind;         // ACCESS_*
    std::uint64_t offset;       // of what it accesses first, from X1
    std::array<char, ACCESS_SIZE - 16> text;

    [[nodiscard]] auto is_store () const -> bool { return (kind & ACCESS_STORE) != 0; }
    [[nodiscard]] auto wants_normal_memory () const -> bool { return kind >= ACCESS_LOAD_NORMAL; }
};

static_assert (sizeof (Access) == ACCESS_SIZE);

extern "C" {
extern const Access forbidden_accesses[];
extern const Access forbidden_accesses_end[];
}

/// All of accesses.S.
[[nodiscard]] inline auto all_accesses () -> std::span<const Access> {
    return {forbidden_accesses, forbidden_accesses_end};
}

}  // namespace forbidden

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace guest {

/// X0 to X30, and NZCV.
struct Registers {
    std::array<std::uint64_t, 31> x{};
    std::uint64_t nzcv{};
};

static_assert (offsetof (Registers, nzcv) == 248, "as through.S has it");

/// One instruction, with the registers of @p in; @p out is what they are then.
using Through = void (const Registers *in, Registers *out);

extern "C" {
Through through_store;  // STR X1, [X0]
Through through_load;   // LDR X2, [X0]
Through through_wait;   // WFI
Through through_call;   // HVC #0
}

}  // namespace guest

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "layout.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace el1 {

/// Code to run, and how it ended: all registers, and the exception that brought the CPU back.
struct Context {
    std::array<std::uint64_t, 31> x{};
    std::uint64_t sp{};      // SP_EL0, which EL1t and EL0 use; EL1h stays on the runtime's stack
    std::uint64_t pc{};      // where it begins
    std::uint64_t pstate{};  // with which PSTATE

    std::uint64_t vector{};  // number of the vector that was taken
    std::uint64_t esr{};     // ESR_EL1, FAR_EL1, ELR_EL1, SPSR_EL1 then
    std::uint64_t far{};
    std::uint64_t elr{};
    std::uint64_t spsr{};
};

static_assert (offsetof (Context, sp) == EL1_CONTEXT_SP);
static_assert (offsetof (Context, pc) == EL1_CONTEXT_PC);
static_assert (offsetof (Context, pstate) == EL1_CONTEXT_PSTATE);
static_assert (offsetof (Context, vector) == EL1_CONTEXT_VECTOR);
static_assert (offsetof (Context, esr) == EL1_CONTEXT_ESR);
static_assert (offsetof (Context, far) == EL1_CONTEXT_FAR);
static_assert (offsetof (Context, elr) == EL1_CONTEXT_ELR);
static_assert (offsetof (Context, spsr) == EL1_CONTEXT_SPSR);

/// Runs what @p context describes until an exception comes, and leaves there what it was.
extern "C" void el1_run (Context *context);

}  // namespace el1

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/host_calls.h"
#include "instruction.hpp"
#include "report.hpp"

#include <cstdint>

namespace host_calls {

/// The registers in which @p function may return something, a bit each.  [hyp/abi/host_calls.h]
[[nodiscard]] constexpr auto result_registers (std::uint32_t function) -> std::uint32_t {
    switch (function) {
    case RAVELIN_CALL_UID:      return 0b1111;
    case RAVELIN_CALL_REVISION:
    case RAVELIN_FEATURES:
    case RAVELIN_TRAP_COUNT:    return 0b0011;
    default:                    return 0b0001;
    }
}

/// Checks that a call left every register that isn't one of @p results as it was, SP_EL0 too.
inline void expect_unchanged (el1::Test &test, const el1::Context &before, const el1::Context &after,
                              std::uint32_t results) {
    for (unsigned i = 0; i < before.x.size (); ++i) {
        if ((results >> i & 1) == 0) { test.equal_register (i, after.x[i], before.x[i]); }
    }
    test.equal ("SP_EL0", after.sp, before.sp);
}

}  // namespace host_calls

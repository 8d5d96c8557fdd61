// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "call.hpp"
#include "hyp/abi/host_calls.h"
#include "report.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace el1 {

/// How often a CPU has come to EL2, by cause. Reading it is a call for each cause.
class TrapCounts {
  public:
    /// The counts of the CPU with @p index by now.
    [[nodiscard]] static auto of_cpu (std::uint64_t index) -> TrapCounts {
        TrapCounts counts;
        for (std::size_t cause = 0; cause < RAVELIN_TRAP_CAUSES; ++cause) {
            counts.counts_[cause] = hvc (RAVELIN_TRAP_COUNT, index, cause)[1];
        }
        return counts;
    }

    [[nodiscard]] auto operator[] (ravelin_trap_cause cause) const -> std::uint64_t { return counts_[cause]; }

  private:
    std::array<std::uint64_t, RAVELIN_TRAP_CAUSES> counts_{};
};

/// Watches the first CPU from its construction on.
class TrapWatch {
  public:
    /// Checks that the CPU came to EL2 @p times for @p cause, and otherwise only to be asked for its counts.
    void expect (Test &test, ravelin_trap_cause cause, std::uint64_t times) const {
        constexpr std::array<const char *, RAVELIN_TRAP_CAUSES> names{
            "count of hypervisor calls",  "count of secure monitor calls", "count of forbidden data accesses",
            "count of forbidden fetches", "count of forwarded accesses",   "count of undefined instructions",
            "count of interrupts to EL2",
        };
        const auto after = TrapCounts::of_cpu (0);
        for (unsigned i = 0; i < RAVELIN_TRAP_CAUSES; ++i) {
            const auto which    = static_cast<ravelin_trap_cause> (i);
            const auto asking   = which == RAVELIN_TRAP_HVC ? RAVELIN_TRAP_CAUSES : 0U;
            const auto expected = (which == cause ? times : 0) + asking;
            test.equal (names.at (i), after[which] - before_[which], expected);
        }
    }

  private:
    TrapCounts before_{TrapCounts::of_cpu (0)};
};

}  // namespace el1

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/host_calls.h"

#include <array>
#include <cstdint>
#include <optional>

namespace ravelin {

/// How often one CPU came to EL2, by cause. Only that CPU counts; others may read a count that is a little
/// old.
class TrapCounts {
  public:
    void add (ravelin_trap_cause cause) { ++counts_[cause]; }

    /// The count of the cause numbered @p cause in the ABI; nothing if there is no such number.
    [[nodiscard]] auto read (std::uint64_t cause) const -> std::optional<std::uint64_t> {
        return cause < counts_.size () ? std::optional{counts_[cause]} : std::nullopt;
    }

  private:
    std::array<std::uint64_t, RAVELIN_TRAP_CAUSES> counts_{};
};

}  // namespace ravelin

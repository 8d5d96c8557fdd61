// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/host_calls.h"

#include <array>
#include <cstdint>
#include <optional>

namespace ravelin {

/// What brought a CPU to EL2; the values are ABI.
enum class TrapCause : std::uint8_t {
    hvc            = RAVELIN_TRAP_HVC,
    smc            = RAVELIN_TRAP_SMC,
    data_forbidden = RAVELIN_TRAP_DATA_FORBIDDEN,
    code_forbidden = RAVELIN_TRAP_CODE_FORBIDDEN,
    forwarded      = RAVELIN_TRAP_FORWARDED,
    undefined      = RAVELIN_TRAP_UNDEFINED,
    interrupt      = RAVELIN_TRAP_INTERRUPT,
};

/// How often one CPU came to EL2, by cause. Only that CPU counts; others may read a count that is a little
/// old.
class TrapCounts {
  public:
    void add (TrapCause cause) { ++counts_[static_cast<std::size_t> (cause)]; }

    /// The count of the cause numbered @p cause in the ABI; nothing if there is no such number.
    [[nodiscard]] auto read (std::uint64_t cause) const -> std::optional<std::uint64_t> {
        return cause < counts_.size () ? std::optional{counts_[cause]} : std::nullopt;
    }

  private:
    std::array<std::uint64_t, RAVELIN_TRAP_CAUSES> counts_{};
};

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "call.hpp"
#include "cpu.hpp"
#include "hyp/abi/psci.h"
#include "machine.hpp"
#include "timer.hpp"

#include <cstdint>

namespace el1 {

/// Milliseconds that anything may take; far more than it does, so that only what never comes fails.
inline constexpr std::uint64_t patience = 10'000;

[[nodiscard]] inline auto affinity_info (std::uint64_t affinity) -> std::int64_t {
    return psci_status (hvc (PSCI_AFFINITY_INFO_64, affinity, 0));
}

/// Waits until the CPU with @p index is off; false if that takes too long.
[[nodiscard]] inline auto is_off_at_last (unsigned index) -> bool {
    return wait_until (patience, [index] { return affinity_info (machine ().cpus[index]) == PSCI_AFFINITY_OFF; });
}

/// Turns the CPU with @p index, which is off, on to do @p work; a firmware that has not quite turned it off
/// is asked again. Returns the last status.
[[nodiscard]] inline auto start (unsigned index, Work work, void *argument) -> std::int64_t {
    std::int64_t status = PSCI_ON_PENDING;
    static_cast<void> (wait_until (patience, [&] {
        status = turn_on (index, machine ().cpus[index], work, argument);
        return status != PSCI_ON_PENDING;
    }));
    return status;
}

}  // namespace el1

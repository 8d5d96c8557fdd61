// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace ravelin {

/// Whether a guest has a vCPU.
enum class VcpuPower : std::uint32_t {
    off,
    starting,  // a CPU_ON is writing down where it goes
    pending,   // told where to go, hasn't run since
    on,
};

/// CNTV or CNTP of a vCPU.
struct TimerRegisters {
    std::uint64_t compare;  // CVAL
    std::uint64_t control;  // CTL: ENABLE and IMASK

    static constexpr std::uint64_t kept = 3;  // of CTL; ISTATUS is the count's

    /// Whether it will interrupt, or does.
    [[nodiscard]] auto interrupts () const -> bool { return (control & kept) == 1; }
};

}  // namespace ravelin

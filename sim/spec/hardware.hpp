// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/cpu_interface.hpp"
#include "sim/spec/timer.hpp"

namespace ravelin::spec {

/// What the hardware of a CPU holds of the vCPU that it runs.
struct Hardware {
    CpuInterface interface{};
    Timer virtual_timer{};          // CNTV
    bool timer_held{};              // its physical interrupt is active: the CPU isn't interrupted by it
    std::uint64_t wakes_at{~0ULL};  // the physical count at which EL2's own timer interrupts; all ones: never
    bool interrupted{};             // the CPU has an IRQ: it comes back to EL2 before the guest does anything

    auto operator== (const Hardware &) const -> bool = default;
};

}  // namespace ravelin::spec

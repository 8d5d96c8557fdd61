// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/system_register.hpp"
#include "sim/machine/clock.hpp"
#include "sim/models/generic_timer.hpp"

#include <cstdint>
#include <optional>

namespace ravelin::sim {

/// Who may use which register of the timer.
struct TimerAccess {
    unsigned exception_level;
    std::uint64_t kernel_control;      // CNTKCTL_EL1: what EL1 lets EL0 do
    std::uint64_t hypervisor_control;  // CNTHCTL_EL2: what EL2 lets both do
};

/// The timer as MRS and MSR of EL1 and EL0 see it, in virtual time.  [ARM DDI 0487, D11]
class TimerRegisters {
  public:
    /// Both outlive the registers.
    TimerRegisters (const Clock &clock, GenericTimer &timer) : clock_{clock}, timer_{timer} {}

    /// Whether @p which is one of them.
    [[nodiscard]] static constexpr auto has (hal::SystemRegister which) -> bool {
        return which.op0 == 3 && which.op1 == 3 && which.crn == 14 &&
               (which.crm == 0 || which.crm == 2 || which.crm == 3) && which.op2 < 3;
    }

    /// Whether the access isn't trapped.  [D11.2.4, D17.11.2, D17.11.15]
    [[nodiscard]] static auto allows (hal::SystemRegister which, const TimerAccess &access) -> bool;

    /// Nothing if there's no such register to read.
    [[nodiscard]] auto read (hal::SystemRegister which) const -> std::optional<std::uint64_t>;

    /// False if there's no such register to write.
    [[nodiscard]] auto write (hal::SystemRegister which, std::uint64_t value) -> bool;

  private:
    const Clock &clock_;
    GenericTimer &timer_;
};

}  // namespace ravelin::sim

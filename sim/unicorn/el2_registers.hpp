// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/hal.hpp"
#include "sim/unicorn/emulator.hpp"
#include "sim/unicorn/exception_record.hpp"

#include <array>
#include <cstdint>

namespace ravelin::sim
{

/// Keeps the system registers of the hypervisor's CPU and of Unicorn's the same. The hypervisor writes those
/// that control EL1; of EL1's own it may read and write some. Everything else stays in Unicorn.
class El2Registers
{
  public:
    /// EL1 and EL0 have stopped: shows the hypervisor EL1's registers as they are.
    void enter_el2 (const Emulator &emulator, hal::Cpu &cpu);

    /// Sets the syndrome registers of the hypervisor's CPU for a trap that @p emulator has stopped at.
    static void set_syndrome (const Emulator &emulator, hal::Cpu &cpu, const ExceptionRecord &exception);

    /// EL1 and EL0 go on: gives Unicorn all that the hypervisor has changed, and where to go on.
    void leave_el2 (Emulator &emulator, hal::Cpu &cpu);

  private:
    /// What Unicorn has of each register, so that only changes are written: some writes cost it its TLB.
    std::array<std::uint64_t, hal::sysreg::all.size ()> known_{};
    bool complete_{};
    std::uint64_t translations_dropped_{};
};

}  // namespace ravelin::sim

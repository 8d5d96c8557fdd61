// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/engine.hpp"
#include "sim/machine/machine.hpp"
#include "sim/unicorn/broadcast.hpp"
#include "sim/unicorn/bus_connection.hpp"
#include "sim/unicorn/el1_entry.hpp"
#include "sim/unicorn/el2_registers.hpp"
#include "sim/unicorn/emulator.hpp"
#include "sim/unicorn/exception_record.hpp"
#include "sim/unicorn/hook_guard.hpp"
#include "sim/unicorn/timer_registers.hpp"

#include <cstdint>
#include <optional>
#include <unicorn/unicorn.h>

namespace ravelin::sim
{

/// Executes real A64 code at EL1 and EL0 of one CPU, under the stage 2 that the hypervisor has built: Unicorn
/// walks those very tables. Exceptions to EL1 and interrupts are taken here, as the architecture says; traps
/// to EL2 go to the hypervisor. Time passes with the instructions, so that a run depends on nothing else.
class UnicornEngine : public Engine
{
  public:
    /// @param cpu        the CPU that this engine is for. RAM and devices are those of now.
    /// @param broadcast  shared by the engines of a machine. Both outlive the engine.
    UnicornEngine (Processor &cpu, Broadcast &broadcast);

    void start (Processor &cpu) override;
    [[nodiscard]] auto run (Processor &cpu, std::uint64_t instructions) -> Exit override;

    /// The CPU's registers, for tests.
    [[nodiscard]] auto emulator () -> Emulator & { return emulator_; }

  private:
    /// Why Unicorn came back.
    enum class Stop : std::uint8_t
    {
        wait,       // by itself: WFI
        block,      // an interrupt is to be taken, or the slice is over
        exception,  // the one in exception_
    };

    static void on_block (uc_engine *engine, std::uint64_t address, std::uint32_t size, void *user);
    static void on_exception (uc_engine *engine, std::uint32_t number, void *user);
    [[nodiscard]] static auto on_mrs (uc_engine *engine, uc_arm64_reg target, const uc_arm64_cp_reg *which,
                                      void *user) -> std::uint32_t;
    [[nodiscard]] static auto on_msr (uc_engine *engine, uc_arm64_reg source, const uc_arm64_cp_reg *which,
                                      void *user) -> std::uint32_t;

    [[nodiscard]] static auto on_sys (uc_engine *engine, uc_arm64_reg source, const uc_arm64_cp_reg *which,
                                      void *user) -> std::uint32_t;

    void stop (Stop why);
    void begin_block (std::uint64_t instructions);
    void retire (std::uint64_t instructions);
    [[nodiscard]] auto timer_access () const -> TimerAccess;
    [[nodiscard]] auto deliverable () -> std::optional<Vector>;
    [[nodiscard]] auto deliver (Processor &cpu) -> Next;
    [[nodiscard]] auto trap (Processor &cpu, const ExceptionRecord &exception) -> Next;

    Machine &machine_;
    CpuIndex index_;
    hal::Cpu &hal_;
    Emulator emulator_;
    HookGuard guard_{emulator_};
    ExceptionReader reader_{emulator_};
    BusConnection bus_;
    TimerRegisters timer_;
    El2Registers el2_registers_;
    Broadcast &broadcast_;
    Broadcast seen_;             // what of it this engine has obeyed
    std::uint64_t remaining_{};  // instructions of the slice
    Stop stop_{Stop::wait};
    ExceptionRecord exception_{};
};

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/engine.hpp"
#include "sim/machine/machine.hpp"
#include "sim/models/timer_registers.hpp"
#include "sim/unicorn/broadcast.hpp"
#include "sim/unicorn/bus_connection.hpp"
#include "sim/unicorn/cached_execution.hpp"
#include "sim/unicorn/code_reader.hpp"
#include "sim/unicorn/el1_entry.hpp"
#include "sim/unicorn/el2_registers.hpp"
#include "sim/unicorn/emulator.hpp"
#include "sim/unicorn/exception_record.hpp"
#include "sim/unicorn/fp_trap.hpp"
#include "sim/unicorn/hook_guard.hpp"
#include "sim/unicorn/instruction_hooks.hpp"
#include "sim/unicorn/instruction_watcher.hpp"
#include "sim/unicorn/spin_hints.hpp"
#include "sim/unicorn/translated_pages.hpp"

#include <cstdint>
#include <optional>
#include <unicorn/unicorn.h>

namespace ravelin::sim {

/// Executes real A64 code at EL1 and EL0 of one CPU, host or guest, whichever the hypervisor has left
/// current, under the stage 2 that it has built: Unicorn walks those very tables. Exceptions to EL1 and
/// interrupts are taken here, as the architecture says; traps to EL2 go to the hypervisor. Time passes with
/// the instructions, so that a run depends on nothing else. After YIELD or WFE the rest of a CPU's slice passes at
/// once: what it waits for comes from others, or with time.
///
/// What Unicorn can't do for guests: CPACR_EL1.FPEN never traps; AFSR0_EL1, AFSR1_EL1 and AMAIR_EL1 read as
/// zero; WFE, and an SVE or trace register that CPTR_EL2 names, never trap.
class UnicornEngine : public Engine {
  public:
    /// @param cpu        the CPU that this engine is for. RAM and devices are those of now.
    /// @param broadcast  shared by the engines of a machine. Both outlive the engine.
    UnicornEngine (Processor &cpu, Broadcast &broadcast);

    void start (Processor &cpu) override;
    [[nodiscard]] auto run (Processor &cpu, std::uint64_t instructions) -> Exit override;
    [[nodiscard]] auto translate_stage1 (Va va) -> std::uint64_t override;

    /// The CPU's registers, for tests.
    [[nodiscard]] auto emulator () -> Emulator & { return emulator_; }

    /// Whom to ask before instructions, of which instructions() says which; it outlives the engine, or is taken back by
    /// nullptr. When it stops one, the machine pauses.
    void ask (InstructionWatcher *watcher) { watcher_ = watcher; }
    [[nodiscard]] auto instructions () -> InstructionHooks & { return instructions_; }

  private:
    /// Why Unicorn came back.
    enum class Stop : std::uint8_t {
        wait,       // by itself: WFI
        block,      // an interrupt is to be taken, or the slice is over
        code,       // the block ahead isn't, or may not be, what is to be executed
        watcher,    // the instruction ahead isn't to be executed yet
        fp_inside,  // the block ahead has an instruction that FpTrap finds, but not as its first
        exception,  // the one in exception_
    };

    /// An interrupt or SError that is to be taken now, and by which Exception level.
    struct Interrupt {
        Vector vector;
        bool to_el2;
    };

    static void on_block (uc_engine *engine, std::uint64_t address, std::uint32_t size, void *user);
    static void on_code (uc_engine *engine, std::uint64_t address, std::uint32_t size, void *user);
    static void on_instruction (uc_engine *engine, std::uint64_t address, std::uint32_t size, void *user);
    static void on_exception (uc_engine *engine, std::uint32_t number, void *user);
    [[nodiscard]] static auto on_mrs (uc_engine *engine, uc_arm64_reg target, const uc_arm64_cp_reg *which, void *user)
        -> std::uint32_t;
    [[nodiscard]] static auto on_msr (uc_engine *engine, uc_arm64_reg source, const uc_arm64_cp_reg *which, void *user)
        -> std::uint32_t;

    [[nodiscard]] static auto on_sys (uc_engine *engine, uc_arm64_reg source, const uc_arm64_cp_reg *which, void *user)
        -> std::uint32_t;

    void stop_before (std::uint64_t address, Stop why);
    void begin_block (std::uint64_t address, std::uint64_t size);
    /// What the instruction at @p address, which FpTrap has found, leads to; nothing: it's executed.
    [[nodiscard]] auto trap_at (std::uint64_t address) -> std::optional<ExceptionRecord>;
    /// Whether it isn't executed.
    [[nodiscard]] auto stops_at_trap (std::uint64_t address) -> bool;
    /// EL1 goes on with SCTLR_EL1 as @p control.
    void obey_control (std::uint64_t control);
    void retire (std::uint64_t instructions);
    /// The block of @p size bytes at @p address is executed.
    void retire_block (std::uint64_t address, std::uint64_t size);
    /// ISR_EL1: the interrupts that are EL1's, and pending.
    [[nodiscard]] auto waiting () const -> std::uint64_t;
    [[nodiscard]] auto timer_access () const -> TimerAccess;
    [[nodiscard]] auto deliverable (Processor &cpu) -> std::optional<Interrupt>;
    [[nodiscard]] auto take (Processor &cpu, Interrupt interrupt) -> Next;
    [[nodiscard]] auto deliver (Processor &cpu) -> Next;
    [[nodiscard]] auto as_trap_of_missing_register (const ExceptionRecord &exception) -> std::optional<ExceptionRecord>;
    [[nodiscard]] auto with_true_syndrome (ExceptionRecord exception) -> ExceptionRecord;
    [[nodiscard]] auto trap (Processor &cpu, const ExceptionRecord &exception) -> Next;
    void leave_el2 (Processor &cpu);
    void forget_translations ();
    /// Other code may be at an address than was found there.
    void forget_blocks ();
    /// Whether code that was executed may be other code after an IC.
    /// @param operand  its register
    [[nodiscard]] auto may_change_code (hal::SystemRegister order, std::uint64_t operand) const -> bool;
    /// The block ahead becomes what the instruction cache holds; without caches, what RAM does.
    void obey_code ();

    Machine &machine_;
    CpuIndex index_;
    hal::Cpu &hal_;
    Emulator emulator_;
    HookGuard guard_{emulator_};
    ExceptionReader reader_{emulator_};
    BusConnection bus_;
    TimerRegisters timer_;
    CodeReader code_;
    FpTrap fp_trap_{emulator_, code_};
    SpinHints spin_hints_{code_};
    TranslatedPages translated_;
    InstructionWatcher *watcher_{};
    InstructionHooks instructions_{emulator_, &on_instruction, this};
    El2Registers el2_registers_;
    std::optional<CachedExecution> cached_;  // if the machine has caches
    Broadcast &broadcast_;
    Broadcast seen_;             // what of it this engine has obeyed
    std::uint64_t remaining_{};  // instructions of the slice
    std::uint64_t block_{};      // where the block begins that is executed
    bool code_ordered_{};        // it has an IC, which Unicorn itself passes over
    bool waits_{};               // the last block of it has ended with YIELD or WFE
    Stop stop_{Stop::wait};
    ExceptionRecord exception_{};
};

}  // namespace ravelin::sim

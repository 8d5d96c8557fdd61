// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/registers.hpp"
#include "hyp/hal/concept.hpp"
#include "hyp/hal/system_register.hpp"
#include "sim/machine/bus.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <unicorn/unicorn.h>

namespace ravelin::sim {

/// One Cortex-A72 in Unicorn, with EL1 and EL0 in AArch64. It stops at each exception instead of taking it;
/// what EL2 would do is its user's business.
class Emulator {
  public:
    Emulator ();

    /// For what has no wrapper here.
    [[nodiscard]] auto handle () const -> uc_engine * { return engine_.get (); }

    /// Makes RAM of the machine its own: the same bytes, no copy.
    void map (const RamRegion &ram);

    /// General-purpose registers, all at once.
    [[nodiscard]] auto general () const -> Registers;
    void set_general (const Registers &registers);

    /// A register by Unicorn's number for it.
    [[nodiscard]] auto read (uc_arm64_reg which) const -> std::uint64_t;
    void write (uc_arm64_reg which, std::uint64_t value);

    /// System registers, whatever Exception level may use them.
    [[nodiscard]] auto read (hal::SystemRegister which) const -> std::uint64_t;
    void write (hal::SystemRegister which, std::uint64_t value);

    [[nodiscard]] auto pc () const -> std::uint64_t { return read (UC_ARM64_REG_PC); }
    void set_pc (std::uint64_t value) { write (UC_ARM64_REG_PC, value); }

    /// PSTATE, laid out as SPSR_EL1.
    [[nodiscard]] auto pstate () const -> std::uint64_t { return read (UC_ARM64_REG_PSTATE); }

    /// SP_EL0 or SP_EL1, wherever Unicorn has it: the one in use is SP.
    [[nodiscard]] auto stack_pointer (hal::SystemRegister which) const -> std::uint64_t;
    void set_stack_pointer (hal::SystemRegister which, std::uint64_t value);

    /// V0-V31.
    [[nodiscard]] auto fp () const -> hal::FpState;
    void set_fp (const hal::FpState &state);

    /// Enters another PSTATE, with the stack pointer that belongs to it.
    void set_pstate (std::uint64_t value);

    /// Calls @p callback, of the type that Unicorn's manual gives for @p kinds of hook, with @p user.
    template <class Callback>
    void add_hook (int kinds, Callback *callback, void *user) {
        add_hook_at (kinds, reinterpret_cast<void *> (callback), user);
    }

    /// The same for each execution of one kind of instruction.
    template <class Callback>
    void add_hook (uc_arm64_insn instruction, Callback *callback, void *user) {
        add_instruction_hook (instruction, reinterpret_cast<void *> (callback), user);
    }

    /// Executes from PC on, until stop() is called or WFI is executed.
    void run ();

    /// For hooks: ends run(). From an exception's before the exception.
    void stop ();

    /// The same from the hook of the block, or of the instruction, at @p address: it isn't executed, and PC is there
    /// then.
    void stop_before (std::uint64_t address);

    /// Forgets where virtual addresses lead: a TLBI.
    void forget_addresses ();

    /// Forgets what instructions it has read: memory may have others now.
    void forget_code ();

    /// The same for the @p size bytes from virtual address @p start on, in one page.
    void forget_code (std::uint64_t start, std::uint64_t size);

  private:
    struct Close {
        void operator() (uc_engine *engine) const { uc_close (engine); }
    };

    void add_hook_at (int kinds, void *callback, void *user);
    void add_instruction_hook (uc_arm64_insn instruction, void *callback, void *user);

    std::unique_ptr<uc_engine, Close> engine_;
    std::optional<std::uint64_t> stopped_before_;
};

}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/unicorn_engine.hpp"

#include "hyp/core/bit_field.hpp"
#include "hyp/host/syndrome.hpp"
#include "sim/machine/violation.hpp"
#include "sim/unicorn/unicorn_error.hpp"

#include <algorithm>
#include <string>

namespace ravelin::sim
{

namespace
{
constexpr std::uint64_t instruction_size = 4;

constexpr Bits64 irq_masked{7, 7};  // PSTATE.I
constexpr Bits64 fiq_masked{6, 6};  // PSTATE.F

constexpr hal::SystemRegister cntkctl_el1{3, 0, 14, 1, 0};

// What a hook for MRS and MSR answers.
constexpr std::uint32_t let_unicorn_do_it = 0;
constexpr std::uint32_t done              = 1;

[[nodiscard]] auto as_system_register (const uc_arm64_cp_reg &which) -> hal::SystemRegister
{
    const auto narrow = [] (std::uint32_t field)
    {
        return static_cast<std::uint8_t> (field);
    };
    return {narrow (which.op0), narrow (which.op1), narrow (which.crn), narrow (which.crm),
            narrow (which.op2)};
}
}  // namespace

UnicornEngine::UnicornEngine (Processor &cpu, Broadcast &broadcast)
    : machine_{cpu.machine ()}, index_{cpu.index ()}, hal_{cpu.hal ()},
      bus_{emulator_, guard_, machine_.bus (), index_}, timer_{machine_.clock (), machine_.timer (index_)},
      broadcast_{broadcast}, seen_{broadcast}
{
    emulator_.add_hook (UC_HOOK_BLOCK, &on_block, this);
    emulator_.add_hook (UC_HOOK_INTR, &on_exception, this);
    emulator_.add_hook (UC_ARM64_INS_MRS, &on_mrs, this);
    emulator_.add_hook (UC_ARM64_INS_MSR, &on_msr, this);
    emulator_.add_hook (UC_ARM64_INS_SYS, &on_sys, this);
}

void UnicornEngine::start (Processor &cpu)
{
    emulator_.set_general (cpu.registers ());
    el2_registers_.leave_el2 (emulator_, hal_);
}

auto UnicornEngine::run (Processor &cpu, std::uint64_t instructions) -> Exit
{
    remaining_ = instructions;
    broadcast_.obey (emulator_, seen_);
    while (true)
    {
        if (const auto vector = deliverable ())
        {
            take_interrupt (emulator_, *vector);
        }
        if (remaining_ == 0)
        {
            return Exit::slice_over;
        }
        stop_ = Stop::wait;
        emulator_.run ();
        guard_.rethrow ();
        if (stop_ == Stop::wait)
        {
            return Exit::wait_for_interrupt;
        }
        if (stop_ == Stop::exception && deliver (cpu) == Next::off)
        {
            return Exit::off;
        }
    }
}

void UnicornEngine::stop (Stop why)
{
    stop_ = why;
    emulator_.stop ();
}

void UnicornEngine::on_block (uc_engine * /*engine*/, std::uint64_t /*address*/, std::uint32_t size,
                              void *user)
{
    auto &self = *static_cast<UnicornEngine *> (user);
    static_cast<void> (self.guard_.call ([&] { self.begin_block (size / instruction_size); }));
}

void UnicornEngine::begin_block (std::uint64_t instructions)
{
    // A block before which Unicorn stops isn't executed: it's announced again.
    if (remaining_ == 0 || deliverable ())
    {
        stop (Stop::block);
        return;
    }
    retire (instructions);
}

void UnicornEngine::retire (std::uint64_t instructions)
{
    remaining_ -= std::min (remaining_, instructions);
    machine_.clock ().retire (instructions);
}

void UnicornEngine::on_exception (uc_engine * /*engine*/, std::uint32_t /*number*/, void *user)
{
    auto &self = *static_cast<UnicornEngine *> (user);
    static_cast<void> (self.guard_.call (
        [&]
        {
            self.exception_ = self.reader_.read (self.emulator_);
            self.stop (Stop::exception);
        }));
}

auto UnicornEngine::on_mrs (uc_engine * /*engine*/, uc_arm64_reg target, const uc_arm64_cp_reg *which,
                            void *user) -> std::uint32_t
{
    const auto name = as_system_register (*which);
    if (!TimerRegisters::has (name))
    {
        return let_unicorn_do_it;
    }
    auto &self  = *static_cast<UnicornEngine *> (user);
    auto answer = let_unicorn_do_it;
    static_cast<void> (self.guard_.call (
        [&]
        {
            const auto value =
                TimerRegisters::allows (name, self.timer_access ()) ? self.timer_.read (name) : std::nullopt;
            if (value)
            {
                self.emulator_.write (target, *value);
                answer = done;
            }
        }));
    return answer;
}

auto UnicornEngine::on_msr (uc_engine * /*engine*/, uc_arm64_reg /*source*/, const uc_arm64_cp_reg *which,
                            void *user) -> std::uint32_t
{
    const auto name = as_system_register (*which);
    if (!TimerRegisters::has (name))
    {
        return let_unicorn_do_it;
    }
    auto &self  = *static_cast<UnicornEngine *> (user);
    auto answer = let_unicorn_do_it;
    static_cast<void> (self.guard_.call (
        [&]
        {
            if (TimerRegisters::allows (name, self.timer_access ()) && self.timer_.write (name, which->val))
            {
                answer = done;
            }
        }));
    return answer;
}

auto UnicornEngine::on_sys (uc_engine * /*engine*/, uc_arm64_reg /*source*/, const uc_arm64_cp_reg *which,
                            void *user) -> std::uint32_t
{
    auto &self = *static_cast<UnicornEngine *> (user);
    // Unicorn itself obeys what it executes.
    const auto instruction = as_system_register (*which);
    self.broadcast_.note (instruction);
    self.seen_.note (instruction);
    return let_unicorn_do_it;
}

auto UnicornEngine::timer_access () const -> TimerAccess
{
    return {.exception_level    = static_cast<unsigned> (pstate::exception_level.get (emulator_.pstate ())),
            .kernel_control     = emulator_.read (cntkctl_el1),
            .hypervisor_control = hal_.read<hal::sysreg::cnthctl_el2> ()};
}

auto UnicornEngine::deliverable () -> std::optional<Vector>
{
    const bool irq = machine_.gic ().irq_pending (index_);
    const bool fiq = machine_.gic ().fiq_pending (index_);
    if (!irq && !fiq)
    {
        return std::nullopt;
    }
    const auto pstate = emulator_.pstate ();
    if (fiq && !fiq_masked.any (pstate))
    {
        return Vector::fiq;
    }
    if (irq && !irq_masked.any (pstate))
    {
        return Vector::irq;
    }
    return std::nullopt;
}

auto UnicornEngine::deliver (Processor &cpu) -> Next
{
    // An exception takes time: code that does nothing but fault mustn't stop the clock.
    retire (1);
    if (bus_.take_unanswered ())
    {
        take_synchronous (emulator_, as_external_abort (exception_, emulator_.pstate ()));
        return Next::resume;
    }
    switch (exception_.target)
    {
    case 1: take_synchronous (emulator_, exception_); return Next::resume;
    case 2: return trap (cpu, exception_);
    default:
        throw UnicornError{"Unicorn takes an exception to EL" + std::to_string (exception_.target) +
                           ": syndrome " + hex (exception_.syndrome) + " at " + hex (emulator_.pc ())};
    }
}

auto UnicornEngine::trap (Processor &cpu, const ExceptionRecord &exception) -> Next
{
    el2_registers_.enter_el2 (emulator_, hal_);
    El2Registers::set_syndrome (emulator_, hal_, exception);
    cpu.registers () = emulator_.general ();
    if (cpu.trap (cpu.registers ()) == Next::off)
    {
        return Next::off;
    }
    emulator_.set_general (cpu.registers ());
    el2_registers_.leave_el2 (emulator_, hal_);
    return Next::resume;
}

}  // namespace ravelin::sim

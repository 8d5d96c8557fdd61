// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/unicorn_engine.hpp"

#include "hyp/core/bit_field.hpp"
#include "hyp/host/syndrome.hpp"
#include "sim/machine/violation.hpp"
#include "sim/models/mmu.hpp"
#include "sim/models/mmu_registers.hpp"
#include "sim/unicorn/missing_register.hpp"
#include "sim/unicorn/unicorn_error.hpp"
#include "sim/unicorn/writeback.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace ravelin::sim {

namespace {
constexpr Bits64 error_masked{8, 8};  // PSTATE.A
constexpr Bits64 irq_masked{7, 7};    // PSTATE.I
constexpr Bits64 fiq_masked{6, 6};    // PSTATE.F

constexpr Bits64 cptr_tfp{10, 10};  // CPTR_EL2: floating point traps

constexpr std::uint64_t instruction_size = 4;

/// How long EL2 takes, in instructions: a null call takes it 72 of them, an exit to the host and back 700.
constexpr std::uint64_t el2_takes = 250;

/// Whether it's the trap of a WFI, not of a WFE.
[[nodiscard]] auto is_wfi (const ExceptionRecord &exception) -> bool {
    constexpr Bits64 instruction{1, 0};  // TI
    return exception.target == 2 && esr::class_of (exception.syndrome) == esr::Class::wait &&
           instruction.get (exception.syndrome) == 0;
}

}  // namespace

UnicornEngine::UnicornEngine (Processor &cpu, Broadcast &broadcast)
    : machine_{cpu.machine ()}, index_{cpu.index ()}, hal_{cpu.hal ()},
      bus_{emulator_, guard_, machine_.bus (), index_}, timer_{machine_.clock (), machine_.timer (index_)},
      code_{emulator_, machine_.bus ()}, translated_{emulator_, code_, machine_.caches () != nullptr},
      el2_registers_{emulator_, hal_, translated_}, broadcast_{broadcast}, seen_{broadcast} {
    if (auto *const caches = machine_.caches ()) {
        cached_.emplace (emulator_, guard_, machine_.bus (), *caches, index_);
    }
    emulator_.add_hook (UC_HOOK_BLOCK, &on_block, this);
    emulator_.add_hook (UC_HOOK_INTR, &on_exception, this);
    emulator_.add_hook (UC_ARM64_INS_MRS, &on_mrs, this);
    emulator_.add_hook (UC_ARM64_INS_MSR, &on_msr, this);
    emulator_.add_hook (UC_ARM64_INS_SYS, &on_sys, this);
}

void UnicornEngine::start (Processor &cpu) {
    leave_el2 (cpu);
}

auto UnicornEngine::run (Processor &cpu, std::uint64_t instructions) -> Exit {
    remaining_        = instructions;
    const bool others = broadcast_.obey (emulator_, translated_, seen_);
    const bool own    = el2_registers_.obey_maintenance ();
    if (others || own) { forget_blocks (); }
    forget_translations ();
    stop_ = Stop::wait;
    while (true) {
        if (const auto interrupt = deliverable (cpu); interrupt && take (cpu, *interrupt) == Next::off) {
            return Exit::off;
        }
        if (remaining_ == 0) { return Exit::slice_over; }
        if (std::exchange (stop_, Stop::wait) == Stop::code) { obey_code (); }
        emulator_.run ();
        if (cached_) { cached_->settle (); }
        fp_trap_.come_back ();
        guard_.rethrow ();
        if (stop_ == Stop::watcher) {
            machine_.pause ();
            return Exit::slice_over;
        }
        if (stop_ == Stop::wait) { return Exit::wait_for_interrupt; }
        if (stop_ == Stop::fp_inside) { fp_trap_.stop_inside (&on_code, this); }
        if (stop_ == Stop::exception && deliver (cpu) == Next::off) { return Exit::off; }
    }
}

auto UnicornEngine::translate_stage1 (Va va) -> std::uint64_t {
    using namespace hal::sysreg;
    const MmuRegisters registers{.sctlr_el1 = hal_.read<sctlr_el1> (),
                                 .tcr_el1   = hal_.read<tcr_el1> (),
                                 .ttbr0_el1 = hal_.read<ttbr0_el1> (),
                                 .ttbr1_el1 = hal_.read<ttbr1_el1> (),
                                 .mair_el1  = hal_.read<mair_el1> (),
                                 .hcr_el2   = hal_.read<hcr_el2> (),
                                 .vtcr_el2  = hal_.read<vtcr_el2> (),
                                 .vttbr_el2 = hal_.read<vttbr_el2> ()};
    return Mmu{machine_.bus ()}.address_translation (registers, va);
}

auto UnicornEngine::deliverable (Processor &cpu) -> std::optional<Interrupt> {
    Gic400 &gic      = machine_.gic ();
    const auto error = cpu.system_error_waits ();
    if (gic.quiet (index_) && error == Processor::SystemError::none) [[likely]] { return std::nullopt; }
    // What HCR_EL2 routes to EL2, PSTATE can't mask below; then EL1 has a virtual one.  [ARM DDI 0487, D1.3.6]
    const auto control = hal_.read<hal::sysreg::hcr_el2> ();
    const auto pstate  = emulator_.pstate ();
    if (error == Processor::SystemError::of_el2) { return Interrupt{Vector::error, true}; }
    if (error == Processor::SystemError::of_el1 && !error_masked.any (pstate)) {
        return Interrupt{Vector::error, false};
    }
    if (hcr::fiq.any (control) && gic.fiq_pending (index_)) { return Interrupt{Vector::fiq, true}; }
    if (hcr::irq.any (control) && gic.irq_pending (index_)) { return Interrupt{Vector::irq, true}; }
    if (!fiq_masked.any (pstate) && cpu.el1_fiq ()) { return Interrupt{Vector::fiq, false}; }
    if (!irq_masked.any (pstate) && cpu.el1_irq ()) { return Interrupt{Vector::irq, false}; }
    return std::nullopt;
}

auto UnicornEngine::take (Processor &cpu, Interrupt interrupt) -> Next {
    const bool error = interrupt.vector == Vector::error;
    if (!interrupt.to_el2 && error) {
        cpu.take_system_error ();
        take_error (emulator_, Processor::system_error_syndrome);
        return Next::resume;
    }
    if (!interrupt.to_el2) {
        take_interrupt (emulator_, interrupt.vector);
        return Next::resume;
    }
    retire (el2_takes);
    stop_ = Stop::wait;
    el2_registers_.enter_el2 ();
    el2_registers_.set_return ();
    auto &registers = cpu.registers ();
    registers       = emulator_.general ();
    if ((error ? cpu.system_error (registers) : cpu.interrupt (registers)) == Next::off) { return Next::off; }
    leave_el2 (cpu);
    return Next::resume;
}

auto UnicornEngine::deliver (Processor &cpu) -> Next {
    // An exception takes time: code that does nothing but fault mustn't stop the clock.
    retire (1);
    if (bus_.take_unanswered ()) {
        take_synchronous (emulator_, as_external_abort (exception_, emulator_.pstate ()));
        return Next::resume;
    }
    if (const auto trapped = as_trap_of_missing_register (exception_)) { return trap (cpu, *trapped); }
    if (is_wfi (exception_) && cpu.wakes ()) {
        // It traps only if it would wait.  [ARM DDI 0487, D17.2.48, HCR_EL2.TWI]
        emulator_.set_pc (emulator_.pc () + instruction_size);
        return Next::resume;
    }
    switch (exception_.target) {
    case 1: take_synchronous (emulator_, exception_); return Next::resume;
    case 2: return trap (cpu, with_true_syndrome (exception_));
    default:
        throw UnicornError{"Unicorn takes an exception to EL" + std::to_string (exception_.target) + ": syndrome " +
                           hex (exception_.syndrome) + " at " + hex (emulator_.pc ())};
    }
}

auto UnicornEngine::as_trap_of_missing_register (const ExceptionRecord &exception) -> std::optional<ExceptionRecord> {
    if (exception.target != 1 || esr::class_of (exception.syndrome) != esr::Class::unknown) { return std::nullopt; }
    const auto instruction = code_.instruction (emulator_.pc ());
    const auto syndrome    = instruction ? trapped_register (*instruction, hal_.read<hal::sysreg::hcr_el2> (),
                                                             hal_.read<hal::sysreg::mdcr_el2> ())
                                         : std::nullopt;
    if (!syndrome) { return std::nullopt; }
    return ExceptionRecord{.syndrome = *syndrome, .address = 0, .ipa_page = 0, .target = 2};
}

auto UnicornEngine::with_true_syndrome (ExceptionRecord exception) -> ExceptionRecord {
    if (esr::class_of (exception.syndrome) == esr::Class::data_abort_lower && esr::valid.any (exception.syndrome)) {
        if (const auto instruction = code_.instruction (emulator_.pc ());
            instruction && writes_base_back (*instruction)) {
            exception.syndrome = without_access (exception.syndrome);
        }
    }
    return exception;
}

auto UnicornEngine::trap (Processor &cpu, const ExceptionRecord &exception) -> Next {
    retire (el2_takes);
    el2_registers_.enter_el2 ();
    el2_registers_.set_syndrome (exception, machine_.random ());
    cpu.registers () = emulator_.general ();
    if (cpu.trap (cpu.registers ()) == Next::off) { return Next::off; }
    leave_el2 (cpu);
    return Next::resume;
}

void UnicornEngine::leave_el2 (Processor &cpu) {
    emulator_.set_general (cpu.registers ());
    if (el2_registers_.leave_el2 ()) { forget_blocks (); }
    fp_trap_.set (cptr_tfp.any (hal_.read<hal::sysreg::cptr_el2> ()));
    obey_control (emulator_.read (hal::sysreg::sctlr_el1));
    forget_translations ();
}

void UnicornEngine::obey_control (std::uint64_t control) {
    const bool cached = sctlr::mmu.any (control) && sctlr::data_cached.any (control);
    fp_trap_.set_exclusives (!cached && !hcr::default_cacheable.any (hal_.read<hal::sysreg::hcr_el2> ()));
}

void UnicornEngine::obey_code () {
    if (cached_) {
        cached_->code ().replace ();
        return;
    }
    code_ordered_ = false;
    translated_.obey ();
}

void UnicornEngine::forget_blocks () {
    fp_trap_.forget ();
    spin_hints_.forget ();
    translated_.forget_addresses ();
    code_.forget ();
}

void UnicornEngine::forget_translations () {
    if (cached_) { cached_->forget_translations (); }
}

}  // namespace ravelin::sim

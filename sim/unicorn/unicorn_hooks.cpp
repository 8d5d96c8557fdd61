// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/core/bit_field.hpp"
#include "hyp/host/syndrome.hpp"
#include "sim/models/mmu.hpp"
#include "sim/models/mmu_fault.hpp"
#include "sim/unicorn/access_address.hpp"
#include "sim/unicorn/register_name.hpp"
#include "sim/unicorn/unicorn_engine.hpp"

#include <algorithm>
#include <utility>

namespace ravelin::sim {

namespace {
constexpr std::uint64_t instruction_size = 4;

constexpr hal::SystemRegister isr_el1{3, 0, 12, 1, 0};  // what waits for EL1, masked or not

constexpr Bits64 hcr_fb{9, 9};  // HCR_EL2: maintenance of one CPU is that of all

}  // namespace

void UnicornEngine::stop_before (std::uint64_t address, Stop why) {
    stop_ = why;
    emulator_.stop_before (address);
}

void UnicornEngine::on_block (uc_engine * /*engine*/, std::uint64_t address, std::uint32_t size, void *user) {
    auto &self = *static_cast<UnicornEngine *> (user);
    static_cast<void> (self.guard_.call ([&] { self.begin_block (address, size); }));
}

void UnicornEngine::begin_block (std::uint64_t address, std::uint64_t size) {
    // Not in each turn of a loop that orders it line by line.
    if (code_ordered_ && address != block_) {
        stop_before (address, Stop::code);
        return;
    }
    block_ = address;
    translated_.note (address, size);
    if (std::exchange (waits_, false)) { retire (remaining_); }
    // A block before which Unicorn stops isn't executed: it's announced again.
    if (remaining_ == 0 || deliverable (machine_.cpu (index_))) {
        stop_before (address, Stop::block);
        return;
    }
    if (fp_trap_.waits_in (address)) {
        retire (fp_trap_.instructions_before ());
        return;
    }
    if (cached_ && !cached_->code ().begin (address, size)) {
        stop_before (address, Stop::code);
        return;
    }
    switch (fp_trap_.search (address, size)) {
    case FpTrap::Found::none: retire_block (address, size); break;
    case FpTrap::Found::first:
        if (!stops_at_trap (address)) { retire_block (address, size); }
        break;
    case FpTrap::Found::inside: stop_before (address, Stop::fp_inside); break;
    }
}

void UnicornEngine::on_code (uc_engine * /*engine*/, std::uint64_t address, std::uint32_t /*size*/, void *user) {
    auto &self = *static_cast<UnicornEngine *> (user);
    static_cast<void> (self.guard_.call ([&] { static_cast<void> (self.stops_at_trap (address)); }));
}

void UnicornEngine::on_instruction (uc_engine * /*engine*/, std::uint64_t address, std::uint32_t /*size*/, void *user) {
    auto &self = *static_cast<UnicornEngine *> (user);
    static_cast<void> (self.guard_.call ([&] {
        const bool goes_on = self.watcher_ == nullptr || !self.watcher_->stops (self.index_, address);
        if (!goes_on) { self.stop_before (address, Stop::watcher); }
    }));
}

auto UnicornEngine::trap_at (std::uint64_t address) -> std::optional<ExceptionRecord> {
    constexpr Bits64 load{22, 22};  // L, of exclusives

    const auto instruction = code_.instruction (address);
    if (!instruction || !fp_trap_.faults (*instruction)) {
        return ExceptionRecord{.syndrome = FpTrap::syndrome, .address = 0, .ipa_page = 0, .target = 2};
    }
    const MmuAccess access{.va       = access_address (emulator_, *instruction, address).value_or (Va{}),
                           .kind     = load.any (*instruction) ? AccessKind::read : AccessKind::write,
                           .size     = 1,
                           .from_el0 = pstate::exception_level.get (emulator_.pstate ()) == 0};
    // Faults of translation come first, and are Unicorn's.
    if (!Mmu{machine_.bus ()}.translate (mmu_registers (emulator_), access)) { return std::nullopt; }
    return ExceptionRecord{.syndrome = el1_syndrome (access, {.type = FaultType::unsupported_exclusive}),
                           .address  = access.va.value (),
                           .ipa_page = 0,
                           .target   = 1};
}

auto UnicornEngine::stops_at_trap (std::uint64_t address) -> bool {
    const auto found = trap_at (address);
    if (!found) { return false; }
    exception_ = *found;
    stop_before (address, Stop::exception);
    return true;
}

void UnicornEngine::retire (std::uint64_t instructions) {
    remaining_ -= std::min (remaining_, instructions);
    machine_.clock ().retire (instructions);
}

void UnicornEngine::retire_block (std::uint64_t address, std::uint64_t size) {
    retire (size / instruction_size);
    waits_ = spin_hints_.ends (address, size);
}

void UnicornEngine::on_exception (uc_engine * /*engine*/, std::uint32_t /*number*/, void *user) {
    auto &self = *static_cast<UnicornEngine *> (user);
    static_cast<void> (self.guard_.call ([&] {
        self.exception_ = self.reader_.read (self.emulator_);
        self.stop_      = Stop::exception;
        self.emulator_.stop ();
    }));
}

auto UnicornEngine::on_mrs (uc_engine * /*engine*/, uc_arm64_reg target, const uc_arm64_cp_reg *which, void *user)
    -> std::uint32_t {
    const auto name = as_system_register (*which);
    if (!TimerRegisters::has (name) && name != isr_el1) { return let_unicorn_do_it; }
    auto &self  = *static_cast<UnicornEngine *> (user);
    auto answer = let_unicorn_do_it;
    static_cast<void> (self.guard_.call ([&] {
        const auto access = self.timer_access ();
        const auto value  = name == isr_el1
                                ? (access.exception_level != 0 ? std::optional{self.waiting ()} : std::nullopt)
                            : TimerRegisters::allows (name, access) ? self.timer_.read (name)
                                                                    : std::nullopt;
        if (value) {
            self.emulator_.write (target, *value);
            answer = hook_did_it;
        }
    }));
    return answer;
}

auto UnicornEngine::on_msr (uc_engine * /*engine*/, uc_arm64_reg /*source*/, const uc_arm64_cp_reg *which, void *user)
    -> std::uint32_t {
    const auto name = as_system_register (*which);
    auto &self      = *static_cast<UnicornEngine *> (user);
    if (!TimerRegisters::has (name)) {
        if (steers_translation (name)) { self.forget_blocks (); }
        if (name == hal::sysreg::sctlr_el1) { self.obey_control (which->val); }
        self.forget_translations ();
        return let_unicorn_do_it;
    }
    auto answer = let_unicorn_do_it;
    static_cast<void> (self.guard_.call ([&] {
        if (TimerRegisters::allows (name, self.timer_access ()) && self.timer_.write (name, which->val)) {
            answer = hook_did_it;
        }
    }));
    return answer;
}

auto UnicornEngine::on_sys (uc_engine * /*engine*/, uc_arm64_reg /*source*/, const uc_arm64_cp_reg *which, void *user)
    -> std::uint32_t {
    auto &self = *static_cast<UnicornEngine *> (user);
    // Unicorn itself obeys any TLBI that it executes.
    const auto instruction = as_system_register (*which);
    const bool forced      = hcr_fb.any (self.hal_.read<hal::sysreg::hcr_el2> ());
    self.broadcast_.note (instruction, forced);
    self.seen_.note (instruction, forced);
    if (Broadcast::is_order (instruction)) { self.forget_blocks (); }
    if (Broadcast::is_about_code (instruction) && !self.cached_ && !self.code_ordered_) {
        static_cast<void> (
            self.guard_.call ([&] { self.code_ordered_ = self.may_change_code (instruction, which->val); }));
    }
    if (self.cached_) {
        static_cast<void> (self.guard_.call (
            [&] { self.cached_->execute (instruction, self.hal_.read<hal::sysreg::hcr_el2> (), which->val); }));
    }
    return let_unicorn_do_it;
}

auto UnicornEngine::may_change_code (hal::SystemRegister order, std::uint64_t operand) const -> bool {
    if (!Broadcast::is_about_a_line (order)) { return true; }
    // An address for data, which may be another than the code's, of the same page.
    const Va page{operand / page_size * page_size};
    const auto where = Mmu{machine_.bus ()}.translate (
        mmu_registers (emulator_), {.va       = page,
                                    .kind     = AccessKind::read,
                                    .size     = 1,
                                    .from_el0 = pstate::exception_level.get (emulator_.pstate ()) == 0});
    const auto *const ram = where ? machine_.bus ().find_ram ({where->pa, page_size}) : nullptr;
    return ram != nullptr && translated_.has (ram->at (where->pa));
}

auto UnicornEngine::waiting () const -> std::uint64_t {
    constexpr Bits64 error{8, 8};  // ISR_EL1.A
    constexpr Bits64 irq{7, 7};    // ISR_EL1.I
    constexpr Bits64 fiq{6, 6};    // ISR_EL1.F
    auto &cpu          = machine_.cpu (index_);
    const bool is_ours = cpu.system_error_waits () == Processor::SystemError::of_el1;
    return error.put (is_ours ? 1 : 0) | irq.put (cpu.el1_irq () ? 1 : 0) | fiq.put (cpu.el1_fiq () ? 1 : 0);
}

auto UnicornEngine::timer_access () const -> TimerAccess {
    return {.exception_level    = static_cast<unsigned> (pstate::exception_level.get (emulator_.pstate ())),
            .kernel_control     = emulator_.read (hal::sysreg::cntkctl_el1),
            .hypervisor_control = hal_.read<hal::sysreg::cnthctl_el2> ()};
}

}  // namespace ravelin::sim

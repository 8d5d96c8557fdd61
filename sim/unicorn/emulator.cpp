// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/emulator.hpp"

#include "hyp/host/syndrome.hpp"
#include "sim/unicorn/unicorn_error.hpp"

#include <array>
#include <string>

/// Unicorn 2.1.1 never frees a few bytes of each engine; LeakSanitizer asks this function whose leaks it is
/// to leave out.
// NOLINTNEXTLINE(readability-identifier-naming): LeakSanitizer's name for it
extern "C" auto __lsan_default_suppressions () -> const char * {
    return "leak:libunicorn";
}

namespace ravelin::sim {

namespace {
constexpr hal::SystemRegister scr_el3{3, 6, 1, 1, 0};
constexpr hal::SystemRegister tpidr_el2{3, 4, 13, 0, 2};

// RW, HCE, NS and RES1: EL2 is AArch64 and non-secure, HVC works. Without it, EL1 counts as AArch32.
constexpr std::uint64_t scr_reset = 0x531;

// Bytes of translated code; Unicorn takes 1 GiB for each engine if nobody asks, and all of that as real
// memory.
constexpr std::uint32_t code_buffer_size = 32U << 20;

// X29 and X30 have numbers apart from the others.
constexpr auto general_numbers = [] {
    std::array<int, 31> numbers{};
    for (std::size_t i = 0; i < 29; ++i) {
        numbers[i] = UC_ARM64_REG_X0 + static_cast<int> (i);
    }
    numbers[29] = UC_ARM64_REG_X29;
    numbers[30] = UC_ARM64_REG_X30;
    return numbers;
}();

[[nodiscard]] auto open () -> uc_engine * {
    uc_engine *engine = nullptr;
    check (uc_open (UC_ARCH_ARM64, UC_MODE_ARM, &engine), "opening an engine");
    return engine;
}

[[nodiscard]] auto as_request (hal::SystemRegister which, std::uint64_t value) -> uc_arm64_cp_reg {
    return {.crn = which.crn, .crm = which.crm, .op0 = which.op0, .op1 = which.op1, .op2 = which.op2, .val = value};
}

[[nodiscard]] auto name (hal::SystemRegister which) -> std::string {
    return "system register S" + std::to_string (which.op0) + "_" + std::to_string (which.op1) + "_C" +
           std::to_string (which.crn) + "_C" + std::to_string (which.crm) + "_" + std::to_string (which.op2);
}

/// Where Unicorn keeps the stack pointer that isn't in use.
[[nodiscard]] auto stack_pointer_bank (std::uint64_t pstate) -> uc_arm64_reg {
    return pstate::mode.get (pstate) == pstate::el1h ? UC_ARM64_REG_SP_EL1 : UC_ARM64_REG_SP_EL0;
}

[[nodiscard]] auto bank_of (hal::SystemRegister which) -> uc_arm64_reg {
    return which == hal::sysreg::sp_el1 ? UC_ARM64_REG_SP_EL1 : UC_ARM64_REG_SP_EL0;
}
}  // namespace

Emulator::Emulator () : engine_{open ()} {
    check (uc_ctl_set_tcg_buffer_size (handle (), code_buffer_size), "limiting translated code");
    check (uc_ctl_set_cpu_model (handle (), UC_CPU_ARM64_A72), "asking for a Cortex-A72");
    write (scr_el3, scr_reset);
}

void Emulator::map (const RamRegion &ram) {
    check (uc_mem_map_ptr (handle (), ram.range.start.value (), ram.range.size, UC_PROT_ALL, ram.host), "mapping RAM");
}

auto Emulator::general () const -> Registers {
    Registers registers;
    std::array<void *, 31> values{};
    auto numbers = general_numbers;
    for (std::size_t i = 0; i < values.size (); ++i) {
        values[i] = &registers.x[i];
    }
    check (uc_reg_read_batch (handle (), numbers.data (), values.data (), 31), "reading registers");
    return registers;
}

void Emulator::set_general (const Registers &registers) {
    auto copy = registers;
    std::array<void *, 31> values{};
    auto numbers = general_numbers;
    for (std::size_t i = 0; i < values.size (); ++i) {
        values[i] = &copy.x[i];
    }
    check (uc_reg_write_batch (handle (), numbers.data (), values.data (), 31), "writing registers");
}

auto Emulator::read (uc_arm64_reg which) const -> std::uint64_t {
    std::uint64_t value = 0;
    check (uc_reg_read (handle (), which, &value), "reading a register");
    return value;
}

void Emulator::write (uc_arm64_reg which, std::uint64_t value) {
    check (uc_reg_write (handle (), which, &value), "writing a register");
}

auto Emulator::read (hal::SystemRegister which) const -> std::uint64_t {
    auto request = as_request (which, 0);
    if (const auto result = uc_reg_read (handle (), UC_ARM64_REG_CP_REG, &request); result != UC_ERR_OK) {
        check (result, "reading " + name (which));
    }
    return request.val;
}

void Emulator::write (hal::SystemRegister which, std::uint64_t value) {
    const auto request = as_request (which, value);
    if (const auto result = uc_reg_write (handle (), UC_ARM64_REG_CP_REG, &request); result != UC_ERR_OK) {
        check (result, "writing " + name (which));
    }
}

auto Emulator::stack_pointer (hal::SystemRegister which) const -> std::uint64_t {
    const auto bank = bank_of (which);
    return read (bank == stack_pointer_bank (pstate ()) ? UC_ARM64_REG_SP : bank);
}

void Emulator::set_stack_pointer (hal::SystemRegister which, std::uint64_t value) {
    const auto bank = bank_of (which);
    write (bank == stack_pointer_bank (pstate ()) ? UC_ARM64_REG_SP : bank, value);
}

auto Emulator::fp () const -> hal::FpState {
    hal::FpState state;
    for (unsigned i = 0; i < 32; ++i) {
        check (uc_reg_read (handle (), UC_ARM64_REG_V0 + static_cast<int> (i), &state.halves[2UL * i]),
               "reading a vector register");
    }
    return state;
}

void Emulator::set_fp (const hal::FpState &state) {
    for (unsigned i = 0; i < 32; ++i) {
        check (uc_reg_write (handle (), UC_ARM64_REG_V0 + static_cast<int> (i), &state.halves[2UL * i]),
               "writing a vector register");
    }
}

void Emulator::set_pstate (std::uint64_t value) {
    const auto from = stack_pointer_bank (pstate ());
    const auto to   = stack_pointer_bank (value);
    if (from != to) {
        write (from, read (UC_ARM64_REG_SP));
        write (UC_ARM64_REG_SP, read (to));
    }
    write (UC_ARM64_REG_PSTATE, value);
    // Only a write of a system register makes Unicorn look at the new Exception level.
    write (tpidr_el2, 0);
}

void Emulator::add_hook_at (int kinds, void *callback, void *user) {
    constexpr std::uint64_t everywhere_from = 1;  // to an end that lies before it: no bounds
    uc_hook hook{};
    check (uc_hook_add (handle (), &hook, kinds, callback, user, everywhere_from, 0), "adding a hook");
}

void Emulator::add_instruction_hook (uc_arm64_insn instruction, void *callback, void *user) {
    uc_hook hook{};
    check (uc_hook_add (handle (), &hook, UC_HOOK_INSN, callback, user, 1, 0, instruction),
           "adding an instruction hook");
}

void Emulator::run () {
    constexpr std::uint64_t nowhere = ~std::uint64_t{0};  // no instruction has an odd address
    stopped_before_.reset ();
    check (uc_emu_start (handle (), pc (), nowhere, 0, 0), "executing");
    // Now and then Unicorn is back with the PC of the block before, all of which has been executed.
    if (stopped_before_ && pc () != *stopped_before_) { set_pc (*stopped_before_); }
}

void Emulator::stop () {
    check (uc_emu_stop (handle ()), "stopping");
}

void Emulator::stop_before (std::uint64_t address) {
    stopped_before_ = address;
    stop ();
}

void Emulator::forget_addresses () {
    check (uc_ctl_flush_tlb (handle ()), "flushing the TLB");
}

void Emulator::forget_code () {
    check (uc_ctl_flush_tb (handle ()), "flushing translated code");
}

void Emulator::forget_code (std::uint64_t start, std::uint64_t size) {
    check (uc_ctl_remove_cache (handle (), start, start + size), "removing translated code");
}

}  // namespace ravelin::sim

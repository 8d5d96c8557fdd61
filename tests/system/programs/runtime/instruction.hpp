// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "context.hpp"
#include "system_register.hpp"

#include <cstdint>

namespace el1 {

/// Exception level, stack pointer and instruction set that code runs with: PSTATE.M.  [ARM DDI 0487, C5.2.18]
enum class Level : std::uint64_t {
    el0         = 0b00000,
    el1t        = 0b00100,
    el1h        = 0b00101,
    el0_aarch32 = 0b10000,
};

/// Exception class of a syndrome.  [D17.2.37]
enum class Class : std::uint64_t {
    unknown          = 0x00,  // undefined instruction
    code_abort_lower = 0x20,  // from EL0
    code_abort_same  = 0x21,  // from EL1
    data_abort_lower = 0x24,
    data_abort_same  = 0x25,
    breakpoint_32    = 0x38,  // BKPT
    breakpoint       = 0x3c,  // BRK
};

[[nodiscard]] constexpr auto class_of (const Context &context) -> Class {
    return static_cast<Class> (context.esr >> 26);
}

/// Runs @p instruction alone, with the registers of @p context, at @p level; interrupts are masked. Its end
/// is in
/// @p context. Only one CPU at a time.
/// @return  whether it went through without an exception
auto run_instruction (std::uint32_t instruction, Level level, Context &context) -> bool;

/// Runs what is at @p pc instead, until an exception comes.
void run_code (std::uint64_t pc, Level level, Context &context);

/// Where run_instruction() puts the instruction for @p level: its ELR_EL1 if it faults.
[[nodiscard]] auto instruction_address (Level level) -> std::uint64_t;

// Encodings.  [C6.2]
[[nodiscard]] constexpr auto hvc_instruction (std::uint32_t immediate) -> std::uint32_t {
    return 0xd400'0002 | immediate << 5;
}

[[nodiscard]] constexpr auto smc_instruction (std::uint32_t immediate) -> std::uint32_t {
    return 0xd400'0003 | immediate << 5;
}

/// MRS into X @p to.
[[nodiscard]] constexpr auto mrs_instruction (SystemRegister from, std::uint32_t to) -> std::uint32_t {
    const std::uint32_t name = static_cast<std::uint32_t> (from.op0) << 19 |
                               static_cast<std::uint32_t> (from.op1) << 16 |
                               static_cast<std::uint32_t> (from.crn) << 12 |
                               static_cast<std::uint32_t> (from.crm) << 8 | static_cast<std::uint32_t> (from.op2) << 5;
    return 0xd520'0000 | name | to;
}

/// MSR from X @p from.
[[nodiscard]] constexpr auto msr_instruction (SystemRegister to, std::uint32_t from) -> std::uint32_t {
    return mrs_instruction (to, from) & ~(1U << 21);
}

/// LDR of a word from [X @p base] into W @p to.
[[nodiscard]] constexpr auto load_word_instruction (std::uint32_t to, std::uint32_t base) -> std::uint32_t {
    return 0xb940'0000 | base << 5 | to;
}

/// STR of W @p from to [X @p base].
[[nodiscard]] constexpr auto store_word_instruction (std::uint32_t from, std::uint32_t base) -> std::uint32_t {
    return 0xb900'0000 | base << 5 | from;
}

}  // namespace el1

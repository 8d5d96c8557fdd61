// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/access_address.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {

namespace {
constexpr std::uint64_t base  = 0x8000'1000;
constexpr std::uint64_t index = 0xffff'fff0;  // of X2: -16, or as W2 without a sign much more
constexpr std::uint64_t stack = 0x8000'2000;
constexpr std::uint64_t pc    = 0x8000'3000;

/// An instruction, and where it loads or stores first.
struct Case {
    const char *text;
    std::uint32_t instruction;
    std::uint64_t address;
};

constexpr Case cases[]{
    {"LDR X3, [X1]", 0xf940'0023, base},
    {"STR X3, [X1, #32760]", 0xf93f'fc23, base + 32'760},
    {"LDRB W3, [X1, #4095]", 0x397f'fc23, base + 4095},
    {"STR Q0, [X1, #65520]", 0x3dbf'fc20, base + 65'520},
    {"LDR X3, [SP, #8]", 0xf940'07e3, stack + 8},
    {"LDR X3, [X30]", 0xf940'03c3, 0x3030},
    {"STUR X3, [X1, #-256]", 0xf810'0023, base - 256},
    {"STTR X3, [X1, #-8]", 0xf81f'8823, base - 8},
    {"STR X3, [X1, #-16]!", 0xf81f'0c23, base - 16},
    {"STR X3, [X1], #-16", 0xf81f'0423, base},
    {"LDP X3, X4, [X1, #-512]", 0xa960'1023, base - 512},
    {"LDPSW X3, X4, [X1, #252]", 0x695f'9023, base + 252},
    {"STP W3, W4, [X1, #-256]!", 0x29a0'1023, base - 256},
    {"STP X3, X4, [X1], #16", 0xa881'1023, base},
    {"STP Q0, Q1, [X1, #-1024]", 0xad20'0420, base - 1024},
    {"STP D0, D1, [X1, #504]", 0x6d1f'8420, base + 504},
    {"LDNP X3, X4, [X1, #504]", 0xa85f'9023, base + 504},
    {"LDR X3, [X1, X2]", 0xf862'6823, base + index},
    {"LDR X3, [X1, X2, LSL #3]", 0xf862'7823, base + (index << 3)},
    {"LDR X3, [X1, W2, SXTW #3]", 0xf862'd823, base - 128},
    {"LDR W3, [X1, W2, UXTW]", 0xb862'4823, base + index},
    {"LDR Q0, [X1, X2, LSL #4]", 0x3ce2'7820, base + (index << 4)},
    {"LDR X3, [X1, XZR]", 0xf87f'6823, base},
    {"LDR X3, . - 4096", 0x58ff'8003, pc - 4096},
    {"LDXR X3, [X1]", 0xc85f'7c23, base},
    {"STLR W3, [X1]", 0x889f'fc23, base},
    {"LD1 {V0.16B}, [X1]", 0x4c40'7020, base},
    {"LD1 {V0.B}[0], [X1]", 0x0d40'0020, base},
    {"DC ZVA, X4", 0xd50b'7424, 0x4040},
};
}  // namespace

TEST (AccessAddress, of_each_class_is_what_the_manual_says) {
    Emulator emulator;
    emulator.write (UC_ARM64_REG_X1, base);
    emulator.write (UC_ARM64_REG_X2, index);
    emulator.write (UC_ARM64_REG_X4, 0x407f);
    emulator.write (UC_ARM64_REG_X30, 0x3030);
    emulator.write (UC_ARM64_REG_SP, stack);
    for (const Case &each : cases) {
        EXPECT_EQ (access_address (emulator, each.instruction, pc), Va{each.address}) << each.text;
    }
}

TEST (AccessAddress, of_other_instructions_there_is_none) {
    const Emulator emulator;
    for (const std::uint32_t other : {0xd503'201fU, 0x9100'0021U, 0x1400'0000U, 0xd508'711fU, 0x1e62'2820U}) {
        EXPECT_FALSE (access_address (emulator, other, pc)) << std::hex << other;
    }
}

}  // namespace ravelin::sim

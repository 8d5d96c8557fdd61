// SPDX-License-Identifier: BSD-2-Clause
#include "instruction.hpp"

#include "memory.hpp"
#include "synchronize.hpp"

#include <array>

namespace el1 {

namespace {
constexpr std::uint64_t masked = 0x3c0;  // D, A, I, F

constexpr std::uint32_t brk  = 0xd420'0000;
constexpr std::uint32_t bkpt = 0xe120'0070;  // A32

// The instruction, and one that comes back.
alignas (cache_line) constinit std::array<std::uint32_t, 2> code{};
}  // namespace

auto instruction_address (Level level) -> std::uint64_t {
    const Pa place = address_of (code);
    switch (level) {
    case Level::el0:         return user_window (place);
    case Level::el0_aarch32: return low_user_window (place);
    default:                 return place.value ();
    }
}

auto run_instruction (std::uint32_t instruction, Level level, Context &context) -> bool {
    const bool aarch32  = level == Level::el0_aarch32;
    const auto place    = instruction_address (level);
    const auto way_back = aarch32 ? Class::breakpoint_32 : Class::breakpoint;
    code                = {instruction, aarch32 ? bkpt : brk};
    make_executable (code.data (), sizeof code);

    run_code (place, level, context);
    return class_of (context) == way_back && context.elr == place + sizeof instruction;
}

void run_code (std::uint64_t pc, Level level, Context &context) {
    context.pc     = pc;
    context.pstate = static_cast<std::uint64_t> (level) | masked;
    el1_run (&context);
}

}  // namespace el1

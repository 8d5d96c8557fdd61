// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/record/registers.hpp"
#include "sim/replay/recorder/instruction.hpp"

#include <array>
#include <gtest/gtest.h>

namespace ravelin::sim::replay {
namespace {

using What = Instruction::What;

struct Example {
    std::uint32_t code;
    const char *text;
    What what;
    unsigned target;
    std::uint32_t argument;
};

/// As llvm-mc-19 assembles them.
constexpr std::array examples{
    Example{0xd69f'03e0, "eret", What::leave, 0, 0},
    Example{0xd503'3b9f, "dsb ish", What::barrier, 0, 0xb},
    Example{0xd503'3a9f, "dsb ishst", What::barrier, 0, 0xa},
    Example{0xd503'3fdf, "isb", What::other, 0, 0},
    Example{0xd400'0003, "smc #0", What::call, 0, 0},
    Example{0xd400'0002, "hvc #0", What::other, 0, 0},
    Example{0xd503'207f, "wfi", What::wait, 0, 0},
    Example{0xd503'209f, "sev", What::wake, 0, 0},
    Example{0xd503'203f, "yield", What::relax, 0, 0},
    Example{0xd50c'8028, "tlbi ipas2e1is, x8", What::maintain, 8, encoding_of ({1, 4, 8, 0, 1})},
    Example{0xd50c'83df, "tlbi vmalls12e1is", What::maintain, 31, encoding_of ({1, 4, 8, 3, 6})},
    Example{0xd508'751f, "ic iallu", What::maintain, 31, encoding_of ({1, 0, 7, 5, 0})},
    Example{0xd508'711f, "ic ialluis", What::maintain, 31, encoding_of ({1, 0, 7, 1, 0})},
    Example{0xd50b'7e29, "dc civac, x9", What::clean, 9, encoding_of ({1, 3, 7, 14, 1})},
    Example{0xd508'7803, "at s1e1r, x3", What::translate, 3, encoding_of ({1, 0, 7, 8, 0})},
    Example{0x88df'fc28, "ldar w8, [x1]", What::load, 8, 0},
    Example{0x089f'fc28, "stlrb w8, [x1]", What::store, 8, 0},
    Example{0x885f'fc28, "ldaxr w8, [x1]", What::try_load, 8, 0},
    Example{0x880a'fc29, "stlxr w10, w9, [x1]", What::try_store, 9, 0},
    Example{0xf940'0028, "ldr x8, [x1]", What::other, 0, 0},
    Example{0xd53b'e028, "mrs x8, cntpct_el0", What::read, 8, encoding_of (hal::sysreg::cntpct_el0)},
    Example{0xd53b'e328, "mrs x8, cntv_ctl_el0", What::read, 8, encoding_of (hal::sysreg::cntv_ctl_el0)},
    Example{0xd53c'e22a, "mrs x10, cnthp_ctl_el2", What::read, 10, encoding_of (hal::sysreg::cnthp_ctl_el2)},
    Example{0xd53c'5208, "mrs x8, esr_el2", What::other, 0, 0},
    Example{0xd51b'e328, "msr cntv_ctl_el0, x8", What::other, 0, 0},
    Example{0x4c9f'2c00, "st1 {v0.2d-v3.2d}, [x0], #64", What::save_fp, 0, 0},
    Example{0x4cdf'2c00, "ld1 {v0.2d-v3.2d}, [x0], #64", What::load_fp, 0, 0},
};

TEST (RecordedInstruction, is_what_the_processor_makes_of_it) {
    for (const Example &example : examples) {
        const auto found = Instruction::decode (example.code);
        EXPECT_EQ (found.what, example.what) << example.text;
        if (example.what == What::other) { continue; }
        const bool has_target = example.target != 0 || example.what == What::read;
        if (has_target) { EXPECT_EQ (found.target, example.target) << example.text; }
        if (example.argument != 0) { EXPECT_EQ (found.argument, example.argument) << example.text; }
    }
}

}  // namespace
}  // namespace ravelin::sim::replay

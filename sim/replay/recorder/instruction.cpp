// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/recorder/instruction.hpp"

#include "sim/replay/record/registers.hpp"

#include <algorithm>
#include <array>

namespace ravelin::sim::replay {

namespace {
using What = Instruction::What;

/// Instructions that are the same in the bits of a mask.
struct Pattern {
    std::uint32_t mask;
    std::uint32_t code;
    What what;
};

constexpr std::array patterns{
    Pattern{0xffff'ffff, 0xd69f'03e0, What::leave},      // ERET
    Pattern{0xffff'f0ff, 0xd503'309f, What::barrier},    // DSB
    Pattern{0xffe0'001f, 0xd400'0003, What::call},       // SMC
    Pattern{0xffff'ffff, 0xd503'207f, What::wait},       // WFI
    Pattern{0xffff'ffff, 0xd503'209f, What::wake},       // SEV
    Pattern{0xffff'ffff, 0xd503'203f, What::relax},      // YIELD
    Pattern{0xfff8'f000, 0xd508'8000, What::maintain},   // SYS with CRn 8: TLBI
    Pattern{0xffff'ffe0, 0xd508'7500, What::maintain},   // IC IALLU
    Pattern{0xffff'ffe0, 0xd508'7100, What::maintain},   // IC IALLUIS
    Pattern{0xffff'ffe0, 0xd50b'7e20, What::clean},      // DC CIVAC
    Pattern{0xffff'ffe0, 0xd508'7800, What::translate},  // AT S1E1R
    Pattern{0x3fff'fc00, 0x08df'fc00, What::load},       // LDAR
    Pattern{0x3fff'fc00, 0x089f'fc00, What::store},      // STLR
    Pattern{0x3fff'fc00, 0x085f'fc00, What::try_load},   // LDAXR
    Pattern{0x3fe0'fc00, 0x0800'fc00, What::try_store},  // STLXR
    Pattern{0xbfe0'0000, 0x0c80'0000, What::save_fp},    // ST1 to ST4, post-index
    Pattern{0xbfe0'0000, 0x0cc0'0000, What::load_fp},    // LD1 to LD4, post-index
    Pattern{0xfff0'0000, 0xd530'0000, What::read},       // MRS
};

constexpr std::uint32_t system_mask = 0xffff;  // op0 to op2 of a system instruction, from bit 5 on

/// What its own program can't know.
[[nodiscard]] auto changes_by_itself (std::uint32_t encoding) -> bool {
    constexpr std::array which{encoding_of (hal::sysreg::cntpct_el0), encoding_of (hal::sysreg::cntv_ctl_el0),
                               encoding_of (hal::sysreg::cnthp_ctl_el2)};
    return std::ranges::find (which, encoding) != which.end ();
}
}  // namespace

auto Instruction::decode (std::uint32_t code) -> Instruction {
    constexpr std::uint32_t register_mask = 0x1f;
    constexpr unsigned option_at          = 8;  // CRm of DSB

    const auto found =
        std::ranges::find_if (patterns, [code] (const Pattern &each) { return (code & each.mask) == each.code; });
    if (found == patterns.end ()) { return {}; }
    Instruction instruction{.what     = found->what,
                            .target   = static_cast<std::uint8_t> (code & register_mask),
                            .argument = code >> 5U & system_mask};
    if (found->what == What::barrier) { instruction.argument = code >> option_at & 0xfU; }
    if (found->what == What::read && !changes_by_itself (instruction.argument)) { return {}; }
    return instruction;
}

}  // namespace ravelin::sim::replay

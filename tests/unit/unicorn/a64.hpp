// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/system_register.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <vector>

namespace ravelin::test::a64 {

/// One instruction, encoded.  [ARM DDI 0487, C6.2]
using Instruction = std::uint32_t;

inline constexpr Instruction nop  = 0xd503'201f;
inline constexpr Instruction wfi  = 0xd503'207f;
inline constexpr Instruction isb  = 0xd503'3fdf;
inline constexpr Instruction dsb  = 0xd503'3f9f;  // DSB SY
inline constexpr Instruction eret = 0xd69f'03e0;
inline constexpr Instruction udf  = 0x0000'0000;
inline constexpr Instruction loop = 0x1400'0000;  // B .

inline constexpr Instruction unmask_irq    = 0xd503'42ff;  // MSR DAIFClr, #2
inline constexpr Instruction unmask_error  = 0xd503'44ff;  // MSR DAIFClr, #4
inline constexpr Instruction use_el0_stack = 0xd500'40bf;  // MSR SPSel, #0
inline constexpr Instruction vmalle1is     = 0xd508'831f;  // TLBI VMALLE1IS
inline constexpr Instruction iallu_is      = 0xd508'711f;  // IC IALLUIS

constexpr auto svc (std::uint32_t immediate) -> Instruction {
    return 0xd400'0001 | immediate << 5;
}

constexpr auto hvc (std::uint32_t immediate) -> Instruction {
    return 0xd400'0002 | immediate << 5;
}

constexpr auto smc (std::uint32_t immediate) -> Instruction {
    return 0xd400'0003 | immediate << 5;
}

/// MRS Xrt, which
constexpr auto mrs (unsigned rt, hal::SystemRegister which) -> Instruction {
    return 0xd530'0000 | static_cast<Instruction> (which.op0 - 2) << 19 | static_cast<Instruction> (which.op1) << 16 |
           static_cast<Instruction> (which.crn) << 12 | static_cast<Instruction> (which.crm) << 8 |
           static_cast<Instruction> (which.op2) << 5 | rt;
}

/// MSR which, Xrt
constexpr auto msr (hal::SystemRegister which, unsigned rt) -> Instruction {
    constexpr Instruction read = 1U << 21;
    return mrs (rt, which) & ~read;
}

/// DC and IC of the line at Xrt
constexpr auto zva (unsigned rt) -> Instruction {
    return 0xd50b'7420 | rt;
}

constexpr auto cvac (unsigned rt) -> Instruction {
    return 0xd50b'7a20 | rt;
}

constexpr auto cvau (unsigned rt) -> Instruction {
    return 0xd50b'7b20 | rt;
}

constexpr auto civac (unsigned rt) -> Instruction {
    return 0xd50b'7e20 | rt;
}

constexpr auto ivau (unsigned rt) -> Instruction {
    return 0xd50b'7520 | rt;
}

/// LDR Wrt, [Xrn]
constexpr auto ldr_w (unsigned rt, unsigned rn) -> Instruction {
    return 0xb940'0000 | rn << 5 | rt;
}

/// STR Wrt, [Xrn]
constexpr auto str_w (unsigned rt, unsigned rn) -> Instruction {
    return 0xb900'0000 | rn << 5 | rt;
}

/// LDP Xrt, Xrt2, [Xrn]
constexpr auto ldp (unsigned rt, unsigned rt2, unsigned rn) -> Instruction {
    return 0xa940'0000 | rt2 << 10 | rn << 5 | rt;
}

/// ADD Xrd, Xrn, #immediate
constexpr auto add (unsigned rd, unsigned rn, std::uint32_t immediate) -> Instruction {
    return 0x9100'0000 | immediate << 10 | rn << 5 | rd;
}

/// MOV SP, Xrn; or MOV Xrd, SP
constexpr auto mov_sp (unsigned rn) -> Instruction {
    return add (31, rn, 0);
}

constexpr auto mov_from_sp (unsigned rd) -> Instruction {
    return add (rd, 31, 0);
}

/// BR Xrn
constexpr auto br (unsigned rn) -> Instruction {
    return 0xd61f'0000 | rn << 5;
}

/// B, to @p distance instructions from here
constexpr auto b (std::int32_t distance) -> Instruction {
    return 0x1400'0000 | (static_cast<Instruction> (distance) & 0x3ff'ffff);
}

/// CBZ Wrt, to @p distance instructions from here
constexpr auto cbz (unsigned rt, std::int32_t distance) -> Instruction {
    return 0x3400'0000 | (static_cast<Instruction> (distance) & 0x7'ffff) << 5 | rt;
}

/// Code that grows at its end.
class Code {
  public:
    Code () = default;
    Code (std::initializer_list<Instruction> instructions) : words_{instructions} {}

    auto then (std::initializer_list<Instruction> instructions) -> Code & {
        words_.insert (words_.end (), instructions);
        return *this;
    }
    auto then (const Code &code) -> Code & {
        words_.insert (words_.end (), code.words_.begin (), code.words_.end ());
        return *this;
    }

    /// Puts @p value in X @p rd: MOVZ, three MOVK.
    auto set (unsigned rd, std::uint64_t value) -> Code & {
        for (unsigned part = 0; part < 4; ++part) {
            const Instruction move = part == 0 ? 0xd280'0000 : 0xf280'0000;
            const auto bits        = static_cast<Instruction> (value >> 16 * part & 0xffff);
            words_.push_back (move | part << 21 | bits << 5 | rd);
        }
        return *this;
    }

    /// What follows lies at @p offset; NOPs fill the gap.
    auto at (std::size_t offset) -> Code & {
        if (offset / 4 < words_.size ()) { throw std::logic_error{"there is code at that offset already"}; }
        words_.resize (offset / 4, nop);
        return *this;
    }

    [[nodiscard]] auto words () const -> const std::vector<Instruction> & { return words_; }

  private:
    std::vector<Instruction> words_;
};

}  // namespace ravelin::test::a64

// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/syndrome.hpp"
#include "hyp/vm/vcpu.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>

namespace ravelin {

TEST (Vcpu, keeps_nothing_of_what_it_was_before_it_began) {
    constexpr std::uint64_t rubbish = 7;
    const auto vcpu                 = std::make_unique<Vcpu> ();
    vcpu->registers.x.fill (rubbish);
    vcpu->el1.values.fill (rubbish);
    vcpu->mdscr          = rubbish;
    vcpu->virtual_timer  = {rubbish, 1};
    vcpu->physical_timer = {rubbish, 1};
    vcpu->fp.vectors.halves.fill (rubbish);
    vcpu->fp.fpcr   = rubbish;
    vcpu->fp.fpsr   = rubbish;
    vcpu->access    = {.expected = true, .sign_extends = true, .wide = true, .number = 3, .size = 4};
    vcpu->undecided = rubbish;

    vcpu->reset (0x8000, 5);

    const auto is_zero = [] (std::uint64_t each) {
        return each == 0;
    };
    EXPECT_EQ (vcpu->registers.x[0], 5U);
    EXPECT_TRUE (std::all_of (vcpu->registers.x.begin () + 1, vcpu->registers.x.end (), is_zero));
    EXPECT_TRUE (std::ranges::all_of (vcpu->el1.values, is_zero));
    EXPECT_EQ (vcpu->pc, 0x8000U);
    EXPECT_EQ (vcpu->pstate, pstate::masked | pstate::el1h);
    EXPECT_EQ (vcpu->mdscr, 0U);
    for (const TimerRegisters &timer : {vcpu->virtual_timer, vcpu->physical_timer}) {
        EXPECT_EQ (timer.compare, 0U);
        EXPECT_EQ (timer.control, 0U);
    }
    EXPECT_TRUE (std::ranges::all_of (vcpu->fp.vectors.halves, is_zero));
    EXPECT_EQ (vcpu->fp.fpcr, 0U);
    EXPECT_EQ (vcpu->fp.fpsr, 0U);
    EXPECT_FALSE (vcpu->access.expected);
    EXPECT_EQ (vcpu->undecided, 0U);
}

}  // namespace ravelin

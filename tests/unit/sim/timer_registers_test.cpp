// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/timer_registers.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {

namespace {
constexpr hal::SystemRegister cntfrq{3, 3, 14, 0, 0};
constexpr hal::SystemRegister cntpct{3, 3, 14, 0, 1};
constexpr hal::SystemRegister cntvct{3, 3, 14, 0, 2};
constexpr hal::SystemRegister cntp_tval{3, 3, 14, 2, 0};
constexpr hal::SystemRegister cntp_cval{3, 3, 14, 2, 2};
constexpr hal::SystemRegister cntv_ctl{3, 3, 14, 3, 1};
constexpr hal::SystemRegister cntv_cval{3, 3, 14, 3, 2};
constexpr hal::SystemRegister cntkctl{3, 0, 14, 1, 0};

constexpr TimerAccess at_el1{.exception_level = 1, .kernel_control = 0, .hypervisor_control = 3};

struct TimerRegistersTest : testing::Test {
    Clock clock{62'500'000};
    GenericTimer timer{clock};
    TimerRegisters registers{clock, timer};
};
}  // namespace

TEST_F (TimerRegistersTest, counter_shows_virtual_time) {
    timer.set_virtual_offset (100);
    clock.advance_to (1000);

    EXPECT_EQ (registers.read (cntfrq), 62'500'000U);
    EXPECT_EQ (registers.read (cntpct), 1000U);
    EXPECT_EQ (registers.read (cntvct), 900U);
}

TEST_F (TimerRegistersTest, counter_cannot_be_written) {
    EXPECT_FALSE (registers.write (cntvct, 1));
    EXPECT_FALSE (registers.write (cntfrq, 1));
}

TEST_F (TimerRegistersTest, each_timer_has_its_own_registers) {
    EXPECT_TRUE (registers.write (cntp_cval, 500));
    EXPECT_TRUE (registers.write (cntv_cval, 700));
    EXPECT_TRUE (registers.write (cntv_ctl, 1));
    clock.advance_to (600);

    EXPECT_EQ (registers.read (cntp_cval), 500U);
    EXPECT_EQ (registers.read (cntp_tval), 0xffff'ff9cU);
    EXPECT_EQ (registers.read (cntv_cval), 700U);
    EXPECT_EQ (registers.read (cntv_ctl), 1U);
    clock.advance_to (700);
    EXPECT_EQ (registers.read (cntv_ctl), 5U);
}

TEST_F (TimerRegistersTest, other_registers_are_not_theirs) {
    EXPECT_FALSE (TimerRegisters::has (cntkctl));
    EXPECT_EQ (registers.read (cntkctl), std::nullopt);
    EXPECT_FALSE (registers.write (cntkctl, 0));
}

TEST_F (TimerRegistersTest, el1_uses_what_el2_does_not_trap) {
    auto access = at_el1;
    EXPECT_TRUE (TimerRegisters::allows (cntp_tval, access));
    EXPECT_TRUE (TimerRegisters::allows (cntpct, access));

    access.hypervisor_control = 0;
    EXPECT_FALSE (TimerRegisters::allows (cntp_tval, access));
    EXPECT_FALSE (TimerRegisters::allows (cntpct, access));
    EXPECT_TRUE (TimerRegisters::allows (cntvct, access));
    EXPECT_TRUE (TimerRegisters::allows (cntv_ctl, access));
}

TEST_F (TimerRegistersTest, el0_uses_what_el1_lets_it) {
    auto access            = at_el1;
    access.exception_level = 0;
    for (const auto which : {cntfrq, cntpct, cntvct, cntp_tval, cntv_ctl}) {
        EXPECT_FALSE (TimerRegisters::allows (which, access));
    }

    access.kernel_control = 1U << 0 | 1U << 9;
    EXPECT_TRUE (TimerRegisters::allows (cntfrq, access));
    EXPECT_TRUE (TimerRegisters::allows (cntpct, access));
    EXPECT_TRUE (TimerRegisters::allows (cntp_tval, access));
    EXPECT_FALSE (TimerRegisters::allows (cntvct, access));

    access.kernel_control = 1U << 1 | 1U << 8;
    EXPECT_TRUE (TimerRegisters::allows (cntfrq, access));
    EXPECT_TRUE (TimerRegisters::allows (cntvct, access));
    EXPECT_TRUE (TimerRegisters::allows (cntv_ctl, access));
    EXPECT_FALSE (TimerRegisters::allows (cntpct, access));
}

}  // namespace ravelin::sim

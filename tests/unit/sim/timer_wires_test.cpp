// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/machine.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

using namespace hal::sysreg;

constexpr std::uint32_t el2_timer     = 26;
constexpr std::uint32_t virtual_timer = 27;

/// Two CPUs that EL2 works on; all of its timers are off.
struct TimerWires : testing::Test {
    TimerWires () {
        for (std::uint32_t i = 0; i < 2; ++i) {
            cpu (i).write<cnthp_ctl_el2> (0);
            cpu (i).write<cntv_ctl_el0> (0);
            cpu (i).write<cntvoff_el2> (0);
        }
        machine.clock ().advance_to (10'000);
    }

    [[nodiscard]] auto cpu (std::uint32_t number) -> hal::Cpu & { return machine.cpu (number).hal (); }

    /// The wire of PPI @p intid, as GICD_ISPENDR0 has it: they're level-sensitive.
    [[nodiscard]] auto wire (std::uint32_t number, std::uint32_t intid) -> bool {
        const auto pending = machine.bus ().read (CpuIndex{number}, machine.map ().distributor.start + 0x200, 4);
        return (pending.value () >> intid & 1) != 0;
    }

    Machine machine{BoardName::virt, {.cpus = 2}};
};

TEST_F (TimerWires, follow_control_and_compare_value_of_their_cpu) {
    cpu (1).write<cntv_cval_el0> (9'000);
    EXPECT_FALSE (wire (1, virtual_timer)) << "off";

    cpu (1).write<cntv_ctl_el0> (1);
    EXPECT_TRUE (wire (1, virtual_timer));
    EXPECT_FALSE (wire (0, virtual_timer));
    EXPECT_EQ (cpu (1).read<cntv_ctl_el0> (), 5U);

    cpu (1).write<cntv_ctl_el0> (3);
    EXPECT_FALSE (wire (1, virtual_timer)) << "masked";
    EXPECT_EQ (cpu (1).read<cntv_ctl_el0> (), 7U) << "the condition is met all the same";

    cpu (1).write<cntv_ctl_el0> (1);
    cpu (1).write<cntv_cval_el0> (11'000);
    EXPECT_FALSE (wire (1, virtual_timer)) << "moved ahead";
    EXPECT_EQ (cpu (1).read<cntv_ctl_el0> (), 1U);
    machine.clock ().advance_to (11'000);
    EXPECT_TRUE (wire (1, virtual_timer));
}

TEST_F (TimerWires, follow_the_offset_of_their_cpu) {
    for (std::uint32_t i = 0; i < 2; ++i) {
        cpu (i).write<cntv_cval_el0> (9'000);
        cpu (i).write<cntv_ctl_el0> (1);
    }

    cpu (0).write<cntvoff_el2> (2'000);

    EXPECT_FALSE (wire (0, virtual_timer));
    EXPECT_EQ (cpu (0).read<cntv_ctl_el0> (), 1U);
    EXPECT_TRUE (wire (1, virtual_timer)) << "another CPU has another offset";
    machine.clock ().advance_to (11'000);
    EXPECT_TRUE (wire (0, virtual_timer));

    cpu (0).write<cntvoff_el2> (12'000);
    EXPECT_TRUE (wire (0, virtual_timer)) << "its count is below zero, which is a great many";
}

TEST_F (TimerWires, go_back_with_the_machine) {
    const auto before = machine.keep ();
    const auto now    = machine.clock ().now ();
    cpu (0).write<cntv_cval_el0> (now + 1000);
    cpu (0).write<cntv_ctl_el0> (1);
    machine.clock ().advance_to (now + 1000);
    ASSERT_TRUE (machine.gic ().private_interrupt (CpuIndex{0}, virtual_timer).line);

    machine.go_back (before);

    EXPECT_EQ (machine.clock ().now (), now);
    EXPECT_FALSE (machine.gic ().private_interrupt (CpuIndex{0}, virtual_timer).line);
}

TEST_F (TimerWires, of_el2_do_not_know_the_offset) {
    cpu (0).write<cntvoff_el2> (5'000);
    cpu (0).write<cnthp_cval_el2> (10'500);
    cpu (0).write<cnthp_ctl_el2> (1);
    EXPECT_FALSE (wire (0, el2_timer));
    EXPECT_EQ (machine.clock ().deadline (), 10'500U);

    machine.clock ().advance_to (10'500);

    EXPECT_TRUE (wire (0, el2_timer));
    EXPECT_FALSE (wire (0, virtual_timer));
    EXPECT_FALSE (wire (1, el2_timer));
    EXPECT_EQ (cpu (0).read<cnthp_ctl_el2> (), 5U);
}

TEST_F (TimerWires, change_worlds_with_the_registers) {
    // The host's timer has come, the guest's comes later; its time has begun later too.
    cpu (0).write<cntv_cval_el0> (9'000);
    cpu (0).write<cntv_ctl_el0> (1);
    ASSERT_TRUE (wire (0, virtual_timer));

    cpu (0).write<cntv_ctl_el0> (0);
    cpu (0).write<cntvoff_el2> (9'900);
    cpu (0).write<cntv_cval_el0> (200);
    cpu (0).write<cntv_ctl_el0> (1);
    EXPECT_FALSE (wire (0, virtual_timer));
    EXPECT_EQ (machine.clock ().deadline (), 10'100U);
    machine.clock ().advance_to (10'100);
    EXPECT_TRUE (wire (0, virtual_timer));

    cpu (0).write<cntv_ctl_el0> (0);
    EXPECT_FALSE (wire (0, virtual_timer));
    cpu (0).write<cntvoff_el2> (0);
    cpu (0).write<cntv_cval_el0> (9'000);
    cpu (0).write<cntv_ctl_el0> (1);
    EXPECT_TRUE (wire (0, virtual_timer)) << "the host's is still there";
}

}  // namespace
}  // namespace ravelin::sim

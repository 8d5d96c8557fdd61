// SPDX-License-Identifier: BSD-2-Clause

// What comes to EL2 while a guest runs: Ravelin's kicks, and interrupts that are the host's.

#include "tests/unit/hyp/vgic_others.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace test;
using namespace sim;

class VgicKicks : public VgicOthers {};
}  // namespace

TEST_F (VgicKicks, kick_is_withdrawn_when_the_guest_exits_before_it_is_taken) {
    enter (1);
    guest.store (gicd::sgir, gicd::sgi (1, 0b10));
    ASSERT_TRUE (kick_is_left (1));
    static_cast<void> (cpu (1).access (0x0a00'0000, iss_transfer (2, 3)));
    ASSERT_FALSE (cpu (1).in_guest ());
    EXPECT_FALSE (kick_is_left (1));
    EXPECT_FALSE (cpu (1).signalled ());
    EXPECT_EQ (cpu (1).physical_interface (gicv::iar) & 0x3ff, none);
    cpu (1).enter (vm, 1);
    EXPECT_EQ (cpu (1).take_all (), Taken{1}) << "and what it was for isn't lost";
}

TEST_F (VgicKicks, interrupt_of_the_host_that_comes_with_a_kick_is_left_to_the_host) {
    enter (1);
    cpu (1).set_physical (gicd::ipriorityr + 12, 0x8080'8080);
    guest.store (gicd::sgir, gicd::sgi (1, 0b10));
    cpu (1).host_interrupt (true);
    EXPECT_EQ (cpu (1).takes (), 1U) << "the host's is more urgent";
    ASSERT_FALSE (cpu (1).in_guest ());
    EXPECT_EQ (cpu (1).x (1), RAVELIN_EXIT_INTERRUPT);
    EXPECT_FALSE (kick_is_left (1));
    EXPECT_EQ (cpu (1).physical_interface (gicv::iar), PlayedCpu::hosts_interrupt);
}

TEST_F (VgicKicks, interrupt_of_the_host_that_comes_while_a_kick_is_taken_comes_after_it) {
    enter (1);
    guest.store (gicd::sgir, gicd::sgi (1, 0b10));
    cpu (1).set_physical (gicd::ipriorityr + PlayedCpu::hosts_interrupt / 4 * 4, 0x8080'8080);
    cpu (1).host_interrupt (true);
    EXPECT_EQ (cpu (1).takes (), 2U);
    ASSERT_FALSE (cpu (1).in_guest ());
    EXPECT_EQ (cpu (1).physical_interface (gicv::iar), PlayedCpu::hosts_interrupt);
    EXPECT_EQ (cpu (1).physical_interface (gicv::rpr), 0x80U) << "nothing else is active";
}

TEST_F (VgicKicks, host_that_sends_ravelins_sgi_to_a_guest_sees_nothing_of_it) {
    for (unsigned round = 0; round < 3; ++round) {
        guest.set_physical (gicd::sgir, gicd::sgi (15, 0, 2));
        EXPECT_EQ (guest.takes (), 1U);
        EXPECT_TRUE (guest.in_guest ());
        EXPECT_FALSE (kick_is_left (0));
    }
    guest.set_physical (gicd::sgir, gicd::sgi (15, 0, 2));
    cpu (2).set_physical (gicd::sgir, gicd::sgi (15, 1));
    EXPECT_EQ (guest.takes (), 1U) << "of all senders at once";
    EXPECT_FALSE (kick_is_left (0));
}

TEST_F (VgicKicks, cpu_that_runs_no_guest_is_not_kicked) {
    enter (1);
    cpu (1).leave ();
    static_cast<void> (line (40, 1));
    guest.store (gicd::itargetsr + 40, 0b10, 1);
    guest.store (gicd::isenabler + 4, 1U << 8);
    expect_wake (0b10);
    EXPECT_FALSE (cpu (1).signalled ());
    EXPECT_FALSE (kick_is_left (1));
}

TEST_F (VgicKicks, vcpu_is_kicked_where_it_runs_now) {
    enter (1);
    cpu (1).leave ();
    cpu (2).enter (vm, 1);
    guest.store (gicd::sgir, gicd::sgi (1, 0b10));
    EXPECT_FALSE (cpu (1).signalled ());
    EXPECT_EQ (cpu (2).takes (), 1U);
    EXPECT_EQ (cpu (2).take_all (), Taken{1});
}

TEST_F (VgicKicks, kick_comes_although_the_host_has_turned_the_distributor_off) {
    enter (1);
    cpu (2).set_physical (gicd::ctlr, 0);
    guest.store (gicd::sgir, gicd::sgi (1, 0b10));
    EXPECT_EQ (cpu (1).takes (), 1U);
}

TEST_F (VgicKicks, interrupts_that_are_ravelins_are_enabled_when_a_guest_is_entered) {
    constexpr std::uint64_t needed = 1U << 15 | 7U << 25;
    guest.leave ();
    guest.set_physical (gicd::icenabler, ~0U);
    guest.enter (vm);
    EXPECT_EQ (guest.physical (gicd::isenabler) & needed, needed);
    enter (1);
    cpu (1).store (gicd::sgir, gicd::sgi (1, 1));
    EXPECT_EQ (guest.takes (), 1U);
    guest.set_physical (gicd::isenabler, 1U << PlayedCpu::hosts_interrupt);
    guest.leave ();
    EXPECT_EQ (guest.physical (gicd::isenabler) & 1U << 27, 0U) << "the virtual timer's is as the host had it";
    guest.set_physical (gicd::isenabler, 1U << 27);
    guest.enter (vm);
    guest.leave ();
    EXPECT_NE (guest.physical (gicd::isenabler) & 1U << 27, 0U);
}

TEST_F (VgicKicks, wires_that_the_host_makes_pending_by_force_do_not_stop_the_guest) {
    for (const std::uint32_t intid : {25U, 26U}) {
        guest.set_physical (gicd::ispendr, 1U << intid);
        EXPECT_EQ (guest.takes (), 1U) << intid;
        EXPECT_TRUE (guest.in_guest ()) << intid;
        EXPECT_EQ (guest.physical (gicd::ispendr) & 1U << intid, 0U) << intid;
    }
    guest.set_physical (gicd::ispendr, 1U << 27);
    EXPECT_EQ (guest.takes (), 1U);
    EXPECT_FALSE (guest.in_guest ()) << "it has made the timer's pending: then it's the host's";
    EXPECT_EQ (guest.x (1), RAVELIN_EXIT_INTERRUPT);
    EXPECT_EQ (guest.x (2) | guest.x (3) | guest.x (4), 0U);
}

}  // namespace ravelin

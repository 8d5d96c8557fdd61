// SPDX-License-Identifier: BSD-2-Clause

// How interrupts of a VM get to the one vCPU that runs, and what becomes of them there.  [IHI 0048B, 3 and 5]

#include "tests/unit/hyp/vgic_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace test;
using namespace sim;

class VgicDelivery : public Vgic {
  protected:
    VgicDelivery () { enter (0); }

    /// SPIs from 40 on, pending, each less urgent than the one after it, and the most urgent at priority 0x10.
    void open_pending (std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i) {
            open (40 + i, 0x10 + 8 * (count - 1 - i));
            set_pending (40 + i);
        }
    }
};
}  // namespace

TEST_F (VgicDelivery, interrupt_that_is_set_pending_is_taken_once) {
    open (40);
    set_pending (40);
    EXPECT_TRUE (is_pending (40));
    EXPECT_TRUE (machine.machine ().gic ().virtual_irq_pending (CpuIndex{0}));
    EXPECT_EQ (guest.acknowledge (), 40U);
    EXPECT_FALSE (is_pending (40));
    EXPECT_TRUE (is_active (40));
    guest.end (40);
    guest.takes ();
    EXPECT_FALSE (is_active (40));
    EXPECT_EQ (guest.acknowledge (), none);
}

TEST_F (VgicDelivery, interrupt_waits_until_it_is_enabled) {
    set_pending (40);
    guest.store (gicd::itargetsr + 40, 1, 1);
    EXPECT_EQ (guest.acknowledge (), none);
    guest.store (gicd::isenabler + 4, 1U << 8);
    EXPECT_EQ (guest.take_all (), Taken{40});
}

TEST_F (VgicDelivery, interrupt_goes_from_the_list_registers_when_it_is_disabled_and_stays_pending) {
    open (40);
    set_pending (40);
    guest.store (gicd::icenabler + 4, 1U << 8);
    EXPECT_EQ (guest.acknowledge (), none);
    EXPECT_TRUE (is_pending (40));
}

TEST_F (VgicDelivery, interrupt_waits_for_its_group) {
    open (40);
    open (41);
    guest.store (gicd::igroupr + 4, 1U << 9);
    guest.store (gicd::ctlr, 0);
    guest.store (gicd::ispendr + 4, 3U << 8);
    EXPECT_EQ (guest.acknowledge (), none);
    guest.store (gicd::ctlr, 2);
    EXPECT_EQ (guest.take_all (), Taken{41});
    guest.store (gicd::ctlr, 1);
    EXPECT_EQ (guest.take_all (), Taken{40});
}

TEST_F (VgicDelivery, group_0_comes_as_fiq_and_group_1_as_irq_if_the_guest_wants_so) {
    guest.set_interface (gicv::ctlr, 3 | gicv::fiq_en);
    open (40);
    open (41);
    guest.store (gicd::igroupr + 4, 1U << 9);
    set_pending (41);
    EXPECT_TRUE (machine.machine ().gic ().virtual_irq_pending (CpuIndex{0}));
    EXPECT_FALSE (machine.machine ().gic ().virtual_fiq_pending (CpuIndex{0}));
    guest.store (gicd::ipriorityr + 40, 0x20, 1);
    set_pending (40);
    EXPECT_TRUE (machine.machine ().gic ().virtual_fiq_pending (CpuIndex{0}));
    EXPECT_EQ (guest.acknowledge (), 40U);
}

TEST_F (VgicDelivery, interrupt_changes_group_while_it_is_pending) {
    guest.set_interface (gicv::ctlr, 1);
    open (40);
    set_pending (40);
    guest.store (gicd::igroupr + 4, 1U << 8);
    EXPECT_EQ (guest.acknowledge (), none) << "the interface lets group 0 alone through";
    guest.store (gicd::igroupr + 4, 0);
    EXPECT_EQ (guest.acknowledge (), 40U);
}

TEST_F (VgicDelivery, most_urgent_comes_first_and_among_equals_the_lowest) {
    for (const std::uint32_t intid : {16U, 40U, 70U, 95U}) {
        open (intid, intid == 70 ? 0x40 : 0x80);
    }
    guest.store (gicd::ipriorityr + 3, 0x80, 1);
    guest.store (gicd::spendsgir + 3, 1, 1);
    for (const std::uint32_t intid : {95U, 40U, 16U, 70U}) {
        set_pending (intid);
    }
    EXPECT_EQ (guest.take_all (), (Taken{70, 3, 16, 40, 95}));
}

TEST_F (VgicDelivery, more_than_list_registers_come_in_order_of_priority_without_a_call_of_the_guest) {
    open_pending (11);
    for (unsigned i = 0; i < 4; ++i) {
        EXPECT_EQ (guest.list (i), listed (50 - i, 0x10 + 8 * i, gich::pending | gich::eoi)) << i;
    }
    EXPECT_EQ (guest.control (gich::hcr) & (gich::np | gich::enable), gich::np | gich::enable);
    EXPECT_EQ (guest.take_all (), (Taken{50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40}));
    EXPECT_EQ (guest.control (gich::hcr), gich::enable) << "nobody asks for maintenance any more";
    EXPECT_EQ (guest.list (0) | guest.list (1) | guest.list (2) | guest.list (3), 0U);
}

TEST_F (VgicDelivery, more_than_list_registers_of_edges_come_when_none_is_pending_there) {
    for (std::uint32_t intid = 40; intid < 46; ++intid) {
        set_edge (intid);
    }
    open_pending (6);
    EXPECT_EQ (guest.list (0), listed (45, 0x10)) << "its end is nobody's business";
    for (unsigned i = 0; i < 3; ++i) {
        guest.end (guest.acknowledge ());
        EXPECT_EQ (guest.takes (), 0U) << i;
    }
    const auto fourth = guest.acknowledge ();
    EXPECT_EQ (guest.takes (), 1U) << "none is pending";
    guest.end (fourth);
    EXPECT_EQ (guest.take_all (), (Taken{41, 40}));
}

TEST_F (VgicDelivery, a_more_urgent_one_takes_the_place_of_the_least_urgent_in_the_list_registers) {
    open_pending (4);
    open (60, 0x08);
    open (61, 0x60);
    set_pending (61);
    EXPECT_EQ (guest.list (3), listed (40, 0x28, gich::pending | gich::eoi));
    set_pending (60);
    EXPECT_EQ (guest.list (0), listed (60, 0x08, gich::pending | gich::eoi));
    EXPECT_EQ (guest.take_all (), (Taken{60, 43, 42, 41, 40, 61}));
}

TEST_F (VgicDelivery, level_that_stays_high_comes_again_after_each_end) {
    open (40);
    EXPECT_EQ (line (40, 1), 0U) << "the vCPU runs";
    EXPECT_EQ (guest.takes (), 1U) << "and is kicked";
    for (unsigned i = 0; i < 3; ++i) {
        EXPECT_EQ (guest.acknowledge (), 40U);
        EXPECT_TRUE (is_active (40) && is_pending (40));
        EXPECT_EQ (guest.acknowledge (), none);
        guest.end (40);
        EXPECT_EQ (guest.takes (), 1U) << "its end asks for maintenance";
    }
    EXPECT_TRUE (is_pending (40));
    guest.store (gicd::icpendr + 4, 1U << 8);
    EXPECT_TRUE (is_pending (40)) << "a wire can't be cleared";
    line (40, 0);
    guest.takes ();
    EXPECT_FALSE (is_pending (40));
    EXPECT_EQ (guest.acknowledge (), none);
}

TEST_F (VgicDelivery, level_that_was_also_set_pending_comes_once_more_after_its_wire_is_low) {
    open (40);
    line (40, 1);
    set_pending (40);
    line (40, 0);
    guest.takes ();
    EXPECT_TRUE (is_pending (40));
    EXPECT_EQ (guest.take_all (), Taken{40});
    set_pending (40);
    line (40, 1);
    guest.takes ();
    guest.store (gicd::icpendr + 4, 1U << 8);
    line (40, 0);
    guest.takes ();
    EXPECT_EQ (guest.take_all (), Taken{}) << "the latch was cleared while the wire was high";
}

TEST_F (VgicDelivery, edge_comes_once_for_a_rise_and_not_for_a_level) {
    set_edge (40);
    open (40);
    line (40, 1);
    line (40, 1);
    guest.takes ();
    EXPECT_EQ (guest.take_all (), Taken{40});
    line (40, 1);
    EXPECT_FALSE (is_pending (40));
    line (40, 0);
    guest.takes ();
    EXPECT_EQ (guest.take_all (), Taken{});
    line (40, 1);
    line (40, 0);
    guest.takes ();
    EXPECT_TRUE (is_pending (40)) << "the edge is remembered";
    EXPECT_EQ (guest.take_all (), Taken{40});
    line (40, 1);
    guest.takes ();
    guest.store (gicd::icpendr + 4, 1U << 8);
    EXPECT_EQ (guest.take_all (), Taken{}) << "an edge can be cleared";
}

TEST_F (VgicDelivery, edge_that_comes_while_it_is_active_comes_after_its_end) {
    set_edge (40);
    open (40);
    set_pending (40);
    EXPECT_EQ (guest.acknowledge (), 40U);
    set_pending (40);
    EXPECT_TRUE (is_active (40) && is_pending (40));
    EXPECT_EQ (guest.list (0), listed (40, 0x80, gich::active | gich::eoi)) << "never pending and active";
    EXPECT_EQ (guest.acknowledge (), none);
    guest.end (40);
    EXPECT_EQ (guest.takes (), 1U);
    EXPECT_EQ (guest.take_all (), Taken{40});
}

TEST_F (VgicDelivery, rise_of_a_wire_that_becomes_edge_triggered_later_is_no_edge) {
    open (40);
    line (40, 1);
    guest.takes ();
    set_edge (40);
    EXPECT_FALSE (is_pending (40));
    EXPECT_EQ (guest.acknowledge (), none);
}

TEST_F (VgicDelivery, active_interrupt_that_software_clears_can_come_again) {
    open (40);
    set_pending (40);
    EXPECT_EQ (guest.acknowledge (), 40U);
    set_pending (40);
    guest.store (gicd::icactiver + 4, 1U << 8);
    EXPECT_FALSE (is_active (40));
    guest.end (40);
    guest.takes ();
    EXPECT_EQ (guest.take_all (), Taken{40});
}

TEST_F (VgicDelivery, interrupt_that_software_sets_active_does_not_come) {
    open (40);
    guest.store (gicd::isactiver + 4, 1U << 8);
    set_pending (40);
    EXPECT_EQ (guest.acknowledge (), none);
    EXPECT_TRUE (is_active (40) && is_pending (40));
    guest.store (gicd::icactiver + 4, 1U << 8);
    EXPECT_EQ (guest.take_all (), Taken{40});
}

TEST_F (VgicDelivery, pending_one_that_software_sets_active_waits) {
    open (40);
    set_pending (40);
    guest.store (gicd::isactiver + 4, 1U << 8);
    EXPECT_EQ (guest.acknowledge (), none);
    EXPECT_TRUE (is_active (40) && is_pending (40));
}

TEST_F (VgicDelivery, end_and_deactivation_are_two_things_in_eoimode_1) {
    guest.open_interface (gicv::split_eoi);
    open (40);
    line (40, 1);
    guest.takes ();
    EXPECT_EQ (guest.acknowledge (), 40U);
    guest.end (40);
    EXPECT_EQ (guest.takes (), 0U);
    EXPECT_TRUE (is_active (40));
    EXPECT_EQ (guest.acknowledge (), none) << "it is still active";
    guest.deactivate (40);
    EXPECT_FALSE (is_active (40));
    EXPECT_EQ (guest.acknowledge (), 40U) << "its wire is still high";
}

TEST_F (VgicDelivery, deactivation_names_an_interrupt_that_is_there) {
    guest.open_interface (gicv::split_eoi);
    for (const std::uint64_t intid : {96U, 1019U, 1023U}) {
        guest.deactivate (intid);
    }
    // Beside the INTID an SGI's acknowledgement has its sender, which doesn't matter here.
    guest.store (gicd::isactiver, 1U << 3);
    guest.deactivate (3 | 2U << 10);
    EXPECT_EQ (guest.load (gicd::isactiver), 0U);
    EXPECT_TRUE (guest.in_guest ());
}

TEST_F (VgicDelivery, priority_changes_while_the_interrupt_is_pending) {
    open (40, 0x40);
    open (41, 0x80);
    set_pending (40);
    set_pending (41);
    guest.store (gicd::ipriorityr + 41, 0x20, 1);
    EXPECT_EQ (guest.take_all (), (Taken{41, 40}));
}

TEST_F (VgicDelivery, interface_is_kept_while_the_host_runs) {
    guest.set_interface (gicv::pmr, 0xa8);
    guest.set_interface (gicv::bpr, 5);
    guest.set_interface (gicv::abpr, 6);
    open (40);
    set_pending (40);
    EXPECT_EQ (guest.acknowledge (), 40U);
    guest.leave ();
    EXPECT_EQ (guest.control (gich::hcr), 0U);
    EXPECT_EQ (guest.list (0), 0U) << "nothing of a VM stays in hardware";
    const auto other = machine.make ({.vcpus = 1});
    guest.enter (other);
    EXPECT_EQ (guest.interface (gicv::pmr), 0U) << "another VM's";
    EXPECT_EQ (guest.interface (gicv::rpr), 0xffU);
    guest.leave ();
    guest.enter (vm);
    EXPECT_EQ (guest.interface (gicv::pmr), 0xa8U);
    EXPECT_EQ (guest.interface (gicv::bpr), 5U);
    EXPECT_EQ (guest.interface (gicv::abpr), 6U);
    EXPECT_EQ (guest.interface (gicv::rpr), 0x80U);
    EXPECT_TRUE (is_active (40));
    guest.end (40);
    guest.takes ();
    EXPECT_EQ (guest.interface (gicv::rpr), 0xffU);
}

TEST_F (VgicDelivery, list_register_of_what_has_ended_is_empty_while_the_host_runs) {
    set_edge (40);
    open (40);
    set_pending (40);
    guest.end (guest.acknowledge ());
    guest.leave ();
    EXPECT_EQ (guest.list (0), 0U);
}

TEST_F (VgicDelivery, exit_says_the_same_whether_an_interrupt_is_pending_or_not) {
    open (40);
    set_pending (40);
    static_cast<void> (guest.access (0x0a00'0000, iss_transfer (2, 3)));
    ASSERT_FALSE (guest.in_guest ());
    EXPECT_EQ (guest.x (2), 0x0a00'0000U);
}

TEST_F (VgicDelivery, what_is_pending_is_still_there_after_the_host_has_run) {
    set_edge (41);
    open_pending (7);
    EXPECT_EQ (guest.acknowledge (), 46U);
    guest.leave ();
    guest.enter (vm);
    guest.end (46);
    EXPECT_EQ (guest.take_all (), (Taken{45, 44, 43, 42, 41, 40}));
}

TEST_F (VgicDelivery, sgi_says_who_sent_it_and_comes_once_for_each_sender) {
    for (std::uint32_t number = 1; number < 3; ++number) {
        cpu (number).enter (vm, number);
    }
    for (std::uint32_t number = 0; number < 3; ++number) {
        cpu (number).store (gicd::sgir, gicd::sgi (5, 0b001));
        cpu (number).store (gicd::sgir, gicd::sgi (5, 0b001));
    }
    guest.takes ();
    EXPECT_EQ (guest.load (gicd::ispendr), 1U << 5);
    EXPECT_EQ (guest.load (gicd::cpendsgir + 5, 1), 7U);
    EXPECT_EQ (guest.take_all (), (Taken{5, 1U << 10 | 5, 2U << 10 | 5}));
    EXPECT_EQ (guest.load (gicd::ispendr), 0U);
    EXPECT_EQ (guest.load (gicd::cpendsgir + 5, 1), 0U);
}

TEST_F (VgicDelivery, second_sender_of_an_active_sgi_waits_for_its_end) {
    cpu (1).enter (vm, 1);
    guest.store (gicd::sgir, gicd::sgi (5, 1));
    EXPECT_EQ (guest.acknowledge (), 5U);
    cpu (1).store (gicd::sgir, gicd::sgi (5, 1));
    guest.takes ();
    EXPECT_EQ (guest.list (0), listed (5, 0, gich::active | gich::eoi));
    EXPECT_EQ (guest.acknowledge (), none);
    guest.end (5);
    EXPECT_EQ (guest.takes (), 1U);
    EXPECT_EQ (guest.acknowledge (), 1U << 10 | 5);
}

TEST_F (VgicDelivery, withdrawn_sgi_does_not_come) {
    cpu (1).enter (vm, 1);
    cpu (1).store (gicd::sgir, gicd::sgi (5, 1));
    guest.store (gicd::sgir, gicd::sgi (5, 1));
    guest.takes ();
    guest.store (gicd::cpendsgir + 5, 0b01, 1);
    EXPECT_EQ (guest.take_all (), Taken{1U << 10 | 5});
}

TEST_F (VgicDelivery, sgis_go_where_the_filter_says) {
    for (std::uint32_t number = 1; number < 3; ++number) {
        enter (number);
    }
    const auto taken = [&] {
        std::array<Taken, 3> all;
        for (std::uint32_t number = 0; number < 3; ++number) {
            cpu (number).takes ();
            all[number] = cpu (number).take_all ();
        }
        return all;
    };
    const Taken from_1{1U << 10 | 9};
    cpu (1).store (gicd::sgir, gicd::sgi (9, 0b101));
    EXPECT_EQ (taken (), (std::array{from_1, Taken{}, from_1}));
    cpu (1).store (gicd::sgir, gicd::sgi (9, 0b101, 1));
    EXPECT_EQ (taken (), (std::array{from_1, Taken{}, from_1})) << "all but oneself";
    cpu (1).store (gicd::sgir, gicd::sgi (9, 0b101, 2));
    EXPECT_EQ (taken (), (std::array{Taken{}, from_1, Taken{}})) << "oneself";
    cpu (1).store (gicd::sgir, gicd::sgi (9, 0b111, 3));
    EXPECT_EQ (taken (), (std::array{Taken{}, Taken{}, Taken{}})) << "reserved";
    cpu (1).store (gicd::sgir, gicd::sgi (9, 0b1111'1000));
    EXPECT_EQ (taken (), (std::array{Taken{}, Taken{}, Taken{}})) << "nobody there";
    EXPECT_TRUE (cpu (1).in_guest ());
}

TEST_F (VgicDelivery, sgi_15_of_a_guest_has_nothing_to_do_with_ravelins) {
    enter (1);
    cpu (1).store (gicd::sgir, gicd::sgi (15, 1));
    guest.takes ();
    EXPECT_EQ (guest.take_all (), Taken{1U << 10 | 15});
}

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/sim/virtual_gic.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

TEST (GicVirtualInterface, a_pending_list_register_is_an_interrupt_of_its_cpus_guest_only) {
    VirtualGic machine;

    machine.list (2, listed (40, 0x80), 3);

    EXPECT_TRUE (machine.irq (3));
    EXPECT_FALSE (machine.fiq (3));
    EXPECT_FALSE (machine.irq (0));
    EXPECT_FALSE (machine.gic.irq_pending (CpuIndex{3})) << "the physical interface has a signal of its own";
    EXPECT_EQ (machine.acknowledge (0), gicv::spurious);
    EXPECT_EQ (machine.acknowledge (3), 40U);
    EXPECT_FALSE (machine.irq (3)) << "it's active";
}

TEST (GicVirtualInterface, taking_an_interrupt_makes_it_active_and_ending_it_invalid) {
    VirtualGic machine;
    machine.list (0, listed (40, 0x80));

    ASSERT_EQ (machine.acknowledge (), 40U);
    EXPECT_EQ (machine.list (0), listed (40, 0x80, gich::active));
    EXPECT_EQ (machine.guest (gicv::rpr), 0x80U);
    EXPECT_EQ (machine.control (gich::apr), 1U << (0x80 >> 3));

    machine.guest (gicv::eoir, 40);
    EXPECT_EQ (machine.list (0), listed (40, 0x80, 0));
    EXPECT_EQ (machine.guest (gicv::rpr), 0xffU);
}

TEST (GicVirtualInterface, one_that_is_pending_and_active_comes_again_after_its_end) {
    VirtualGic machine;
    machine.list (0, listed (40, 0x80, gich::pending | gich::active));
    machine.control (gich::apr, 1U << (0x80 >> 3));
    EXPECT_FALSE (machine.irq ());

    machine.guest (gicv::eoir, 40);

    EXPECT_EQ (machine.list (0), listed (40, 0x80));
    EXPECT_EQ (machine.acknowledge (), 40U);
}

TEST (GicVirtualInterface, nothing_comes_while_one_of_its_gates_is_closed) {
    VirtualGic machine;
    machine.list (0, listed (40, 0x80));
    ASSERT_TRUE (machine.irq ());

    machine.control (gich::hcr, 0);
    EXPECT_FALSE (machine.irq ()) << "interface off";
    EXPECT_EQ (machine.acknowledge (), gicv::spurious);
    machine.control (gich::hcr, gich::enable);

    machine.guest (gicv::ctlr, 2);
    EXPECT_FALSE (machine.irq ()) << "group off";
    EXPECT_EQ (machine.acknowledge (), gicv::spurious);
    machine.guest (gicv::ctlr, 1);

    machine.guest (gicv::pmr, 0x80);
    EXPECT_FALSE (machine.irq ()) << "priority not above the mask";
    EXPECT_EQ (machine.acknowledge (), gicv::spurious);
    machine.guest (gicv::pmr, 0x88);
    EXPECT_TRUE (machine.irq ());
}

TEST (GicVirtualInterface, the_highest_priority_is_taken_first) {
    VirtualGic machine;
    machine.list (0, listed (40, 0x80));
    machine.list (1, listed (41, 0x20));
    machine.list (3, listed (42, 0x40));

    EXPECT_EQ (machine.guest (gicv::hppir), 41U) << "a peek";
    EXPECT_EQ (machine.guest (gicv::hppir), 41U);
    EXPECT_EQ (machine.acknowledge (), 41U);
    EXPECT_EQ (machine.acknowledge (), gicv::spurious) << "lower ones wait";
    EXPECT_EQ (machine.guest (gicv::hppir), 42U) << "whatever is being handled";
    machine.guest (gicv::eoir, 41);
    EXPECT_EQ (machine.acknowledge (), 42U);
}

TEST (GicVirtualInterface, a_higher_priority_interrupts_what_is_being_handled) {
    VirtualGic machine;
    machine.list (0, listed (40, 0x80));
    ASSERT_EQ (machine.acknowledge (), 40U);

    machine.list (1, listed (41, 0x80));
    EXPECT_FALSE (machine.irq ());
    machine.list (1, listed (41, 0x78));
    EXPECT_TRUE (machine.irq ());
    EXPECT_EQ (machine.acknowledge (), 41U);
    EXPECT_EQ (machine.guest (gicv::apr0), 1U << 15 | 1U << 16);

    machine.guest (gicv::eoir, 41);
    EXPECT_EQ (machine.guest (gicv::rpr), 0x80U);
}

TEST (GicVirtualInterface, the_binary_point_says_what_interrupts_another) {
    for (const auto &[point, interrupts] : {std::pair{4U, true}, std::pair{5U, false}}) {
        VirtualGic machine;
        machine.guest (gicv::bpr, point);  // 4: bits 7:5 count; 5: bits 7:6
        machine.list (0, listed (40, 0xa0));
        ASSERT_EQ (machine.acknowledge (), 40U);

        machine.list (1, listed (41, 0x80));

        EXPECT_EQ (machine.irq (), interrupts) << point;
    }
}

TEST (GicVirtualInterface, group_1_has_a_binary_point_of_its_own_unless_the_guest_wants_one_for_both) {
    for (const auto &[control, interrupts] : {std::pair{gicv::ack_ctl, false}, std::pair{gicv::cbpr, true}}) {
        VirtualGic machine;
        machine.guest (gicv::ctlr, 3 | gicv::ack_ctl | control);
        machine.guest (gicv::bpr, 4);
        machine.guest (gicv::abpr, 6);  // bits 7:6 count
        machine.list (0, listed (40, 0xa0, gich::pending | gich::group1));
        ASSERT_EQ (machine.acknowledge (), 40U);

        machine.list (1, listed (41, 0x80, gich::pending | gich::group1));

        EXPECT_EQ (machine.irq (), interrupts);
    }
}

TEST (GicVirtualInterface, binary_points_have_a_least_value) {
    VirtualGic machine;
    machine.guest (gicv::bpr, 0);
    machine.guest (gicv::abpr, 0);
    EXPECT_EQ (machine.guest (gicv::bpr), 2U);
    EXPECT_EQ (machine.guest (gicv::abpr), 3U);
}

TEST (GicVirtualInterface, group_1_is_taken_by_the_aliased_registers_or_with_ack_ctl) {
    VirtualGic machine;
    machine.guest (gicv::ctlr, 3);
    machine.list (0, listed (40, 0x80, gich::pending | gich::group1));

    EXPECT_TRUE (machine.irq ());
    EXPECT_EQ (machine.guest (gicv::hppir), 1022U);
    EXPECT_EQ (machine.acknowledge (), 1022U);
    EXPECT_EQ (machine.guest (gicv::ahppir), 40U);
    EXPECT_EQ (machine.guest (gicv::aiar), 40U);
    machine.guest (gicv::aeoir, 40);
    EXPECT_EQ (machine.list (0), listed (40, 0x80, gich::group1));

    machine.guest (gicv::ctlr, 3 | gicv::ack_ctl);
    machine.list (0, listed (40, 0x80, gich::pending | gich::group1));
    EXPECT_EQ (machine.acknowledge (), 40U);
}

TEST (GicVirtualInterface, the_aliased_registers_know_nothing_of_group_0) {
    VirtualGic machine;
    machine.list (0, listed (40, 0x80));

    EXPECT_EQ (machine.guest (gicv::ahppir), gicv::spurious);
    EXPECT_EQ (machine.guest (gicv::aiar), gicv::spurious);
    EXPECT_EQ (machine.list (0), listed (40, 0x80)) << "nothing was taken";
}

TEST (GicVirtualInterface, group_0_is_signalled_by_virtual_fiq_if_the_guest_wants_that) {
    VirtualGic machine;
    machine.guest (gicv::ctlr, 3 | gicv::fiq_en);

    machine.list (0, listed (40, 0x80));
    EXPECT_TRUE (machine.fiq ());
    EXPECT_FALSE (machine.irq ());

    machine.list (1, listed (41, 0x40, gich::pending | gich::group1));
    EXPECT_TRUE (machine.irq ());
    EXPECT_FALSE (machine.fiq ());
}

TEST (GicVirtualInterface, an_sgi_tells_who_sent_it) {
    VirtualGic machine;
    machine.list (0, listed (5, 0x80, gich::pending | 3U << 10));

    EXPECT_EQ (machine.guest (gicv::hppir), 3U << 10 | 5);
    EXPECT_EQ (machine.acknowledge (), 3U << 10 | 5);
    machine.guest (gicv::eoir, 3U << 10 | 5);
    EXPECT_EQ (machine.list (0) & 3U << 28, 0U);
}

TEST (GicVirtualInterface, with_split_eoi_an_interrupt_stays_active_until_it_is_deactivated) {
    VirtualGic machine;
    machine.guest (gicv::ctlr, 1 | gicv::split_eoi);
    machine.list (0, listed (40, 0x80));
    ASSERT_EQ (machine.acknowledge (), 40U);

    machine.guest (gicv::eoir, 40);
    EXPECT_EQ (machine.guest (gicv::rpr), 0xffU);
    EXPECT_EQ (machine.list (0), listed (40, 0x80, gich::active));

    machine.guest (gicv::dir, 40);
    EXPECT_EQ (machine.list (0), listed (40, 0x80, 0));
}

TEST (GicVirtualInterface, without_split_eoi_there_is_nothing_to_deactivate) {
    VirtualGic machine;
    machine.list (0, listed (40, 0x80));
    ASSERT_EQ (machine.acknowledge (), 40U);

    machine.guest (gicv::dir, 40);

    EXPECT_EQ (machine.list (0), listed (40, 0x80, gich::active));
    EXPECT_EQ (machine.control (gich::hcr), gich::enable);
}

TEST (GicVirtualInterface, registers_and_those_of_gich_are_the_same) {
    VirtualGic machine;
    EXPECT_EQ (machine.control (gich::vmcr), 0x1fU << 27 | 2U << 21 | 3U << 18 | 1U);

    machine.control (gich::vmcr, 0x10U << 27 | 4U << 21 | 5U << 18 | gicv::split_eoi | 0x1fU);
    EXPECT_EQ (machine.guest (gicv::ctlr), gicv::split_eoi | 0x1fU);
    EXPECT_EQ (machine.guest (gicv::pmr), 0x80U);
    EXPECT_EQ (machine.guest (gicv::bpr), 4U);
    EXPECT_EQ (machine.guest (gicv::abpr), 5U);

    machine.guest (gicv::apr0, 0x100);
    EXPECT_EQ (machine.control (gich::apr), 0x100U);
    EXPECT_EQ (machine.guest (gicv::rpr), 0x40U);
}

TEST (GicVirtualInterface, bits_that_there_are_not_read_as_zero) {
    VirtualGic machine;
    machine.guest (gicv::ctlr, 0xffff'ffff);
    machine.guest (gicv::pmr, 0xffff'ffff);
    EXPECT_EQ (machine.guest (gicv::ctlr), 0x21fU);
    EXPECT_EQ (machine.guest (gicv::pmr), 0xf8U);
}

TEST (GicVirtualInterface, looks_like_a_gic_400s_cpu_interface) {
    VirtualGic machine;
    EXPECT_EQ (machine.guest (gicv::iidr), 0x0202'143bU);
    EXPECT_EQ (machine.guest (0x40), 0U);
    EXPECT_EQ (read_register (machine.gic.virtual_interface (), gicv::iidr, 0, 8), 0U) << "registers are words";
}

TEST (GicVirtualInterface, whatever_a_guest_writes_is_its_own_mistake) {
    VirtualGic machine;
    machine.list (0, listed (40, 0x80));
    for (std::uint64_t offset = 0; offset < 0x2000; offset += 4) {
        for (const std::uint64_t value : {0UL, 40UL, 41UL, 1023UL, 0xffff'ffffUL}) {
            machine.guest (offset, value);
            static_cast<void> (machine.guest (offset));
            write_register (machine.gic.virtual_interface (), offset, value, 0, 1);
        }
    }
}

}  // namespace
}  // namespace ravelin::sim

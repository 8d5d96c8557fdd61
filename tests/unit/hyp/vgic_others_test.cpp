// SPDX-License-Identifier: BSD-2-Clause

// Interrupts between vCPUs that run on several CPUs, and those that don't run.

#include "hyp/abi/psci.h"
#include "tests/unit/hyp/vgic_others.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace test;
using namespace sim;
}  // namespace

TEST_F (VgicOthers, ipi_to_a_vcpu_that_runs_is_ravelins_affair_alone) {
    enter (1);
    guest.store (gicd::sgir, gicd::sgi (1, 0b10));
    EXPECT_TRUE (guest.in_guest ());
    EXPECT_TRUE (cpu (1).signalled ());
    EXPECT_EQ (cpu (1).takes (), 1U);
    EXPECT_TRUE (cpu (1).in_guest ());
    EXPECT_FALSE (kick_is_left (1));
    EXPECT_EQ (cpu (1).take_all (), Taken{1});
}

TEST_F (VgicOthers, two_ipis_before_the_kick_is_taken_are_one_kick) {
    enter (1);
    guest.store (gicd::sgir, gicd::sgi (1, 0b10));
    guest.store (gicd::sgir, gicd::sgi (2, 0b10));
    EXPECT_EQ (cpu (1).takes (), 1U);
    EXPECT_EQ (cpu (1).take_all (), (Taken{1, 2}));
    guest.store (gicd::sgir, gicd::sgi (3, 0b10));
    EXPECT_EQ (cpu (1).takes (), 1U) << "what is sent after that comes again";
    EXPECT_EQ (cpu (1).take_all (), Taken{3});
}

TEST_F (VgicOthers, ipi_to_a_vcpu_that_does_not_run_wakes_it_through_the_host) {
    enter (1);
    cpu (1).leave ();
    guest.store (gicd::sgir, gicd::sgi (1, 0b110));
    expect_wake (0b110);
    EXPECT_FALSE (kick_is_left (1));
    const auto behind = guest.hal ().read<hal::sysreg::elr_el2> ();
    guest.enter (vm);
    EXPECT_NE (guest.hal ().read<hal::sysreg::elr_el2> (), behind);
    EXPECT_EQ (guest.load (gicd::ispendr), 0U);
    cpu (1).enter (vm, 1);
    EXPECT_EQ (cpu (1).take_all (), Taken{1});
}

TEST_F (VgicOthers, interrupt_that_can_not_come_wakes_nobody) {
    guest.store (gicd::itargetsr + 40, 0b10, 1);
    set_pending (40);
    EXPECT_TRUE (guest.in_guest ()) << "it's disabled";
    guest.store (gicd::isenabler + 4, 1U << 8);
    expect_wake (0b10);
}

TEST_F (VgicOthers, vcpu_that_is_off_is_not_woken) {
    enter (1);
    EXPECT_EQ (cpu (1).call ({PSCI_CPU_OFF}), RAVELIN_SUCCESS);
    guest.store (gicd::sgir, gicd::sgi (1, 0b10));
    EXPECT_TRUE (guest.in_guest ());
}

TEST_F (VgicOthers, spi_goes_to_the_vcpu_that_it_is_meant_for) {
    enter (1);
    open (40, 0x80, 0b10);
    set_pending (40);
    EXPECT_EQ (guest.acknowledge (), none);
    cpu (1).takes ();
    EXPECT_EQ (cpu (1).take_all (), Taken{40});
}

TEST_F (VgicOthers, spi_that_may_go_to_several_is_taken_by_one_of_them) {
    enter (1);
    open (40, 0x80, 0b11);
    for (unsigned round = 0; round < 4; ++round) {
        set_pending (40);
        guest.takes ();
        cpu (1).takes ();
        EXPECT_EQ (guest.take_all ().size () + cpu (1).take_all ().size (), 1U);
    }
}

TEST_F (VgicOthers, pending_spi_moves_with_its_targets) {
    enter (1);
    open (40);
    set_pending (40);
    cpu (1).store (gicd::itargetsr + 40, 0b10, 1);
    EXPECT_EQ (guest.takes (), 1U) << "it has to let go";
    EXPECT_EQ (guest.acknowledge (), none);
    cpu (1).takes ();
    EXPECT_EQ (cpu (1).take_all (), Taken{40});
}

TEST_F (VgicOthers, pending_spi_moves_back_and_forth_and_is_never_twice_there) {
    enter (1);
    set_edge (40);
    open (40);
    set_pending (40);
    for (unsigned round = 0; round < 3; ++round) {
        guest.store (gicd::itargetsr + 40, 0b10, 1);
        EXPECT_EQ (guest.acknowledge (), none);
        cpu (1).takes ();
        EXPECT_EQ (cpu (1).list (0), listed (40, 0x80));
        guest.store (gicd::itargetsr + 40, 0b01, 1);
        cpu (1).takes ();
        EXPECT_EQ (cpu (1).list (0), 0U);
        guest.takes ();
        EXPECT_EQ (guest.list (0), listed (40, 0x80));
    }
    EXPECT_EQ (guest.take_all (), Taken{40});
    EXPECT_EQ (cpu (1).take_all (), Taken{});
}

TEST_F (VgicOthers, spi_that_leaves_a_sleeping_vcpu_for_one_that_sleeps_too_wakes_that) {
    enter (1);
    open (40);
    cpu (1).leave ();
    set_pending (40);
    guest.store (gicd::itargetsr + 40, 0b10, 1);
    expect_wake (0b10);
}

TEST_F (VgicOthers, listed_spi_that_is_to_go_elsewhere_wakes_the_other_when_it_is_let_go) {
    enter (1);
    cpu (1).leave ();
    enter (2);
    open (40);
    set_pending (40);
    cpu (2).store (gicd::itargetsr + 40, 0b10, 1);
    ASSERT_FALSE (cpu (2).in_guest ()) << "vCPU 1 will have something to do";
    EXPECT_EQ (cpu (2).x (1), RAVELIN_EXIT_WAKE);
    EXPECT_EQ (cpu (2).x (2), 0b10U);
    cpu (1).enter (vm, 1);
    EXPECT_EQ (cpu (1).acknowledge (), none);
    guest.takes ();
    cpu (1).takes ();
    EXPECT_EQ (cpu (1).take_all (), Taken{40});
}

TEST_F (VgicOthers, load_that_lets_go_of_an_spi_wakes_the_other_first_and_is_executed_again) {
    enter (1);
    enter (2);
    open (40);
    set_pending (40);
    cpu (2).store (gicd::itargetsr + 40, 0b10, 1);
    cpu (1).leave ();
    const auto load = guest.hal ().read<hal::sysreg::elr_el2> ();
    static_cast<void> (guest.try_load (gicd::ispendr));
    expect_wake (0b10);
    guest.enter (vm);
    EXPECT_EQ (guest.hal ().read<hal::sysreg::elr_el2> (), load);
    EXPECT_EQ (guest.load (gicd::ispendr), 0U);
}

TEST_F (VgicOthers, active_state_that_another_cpus_list_register_has_is_asked_for) {
    enter (1);
    open (40, 0x80, 0b10);
    set_pending (40);
    cpu (1).takes ();
    EXPECT_EQ (cpu (1).acknowledge (), 40U);
    EXPECT_FALSE (guest.try_load (gicd::isactiver + 4)) << "it's to be read again when the other has been asked";
    EXPECT_FALSE (guest.try_load (gicd::isactiver + 4)) << "which it hasn't answered yet";
    EXPECT_EQ (cpu (1).takes (), 1U);
    EXPECT_EQ (guest.try_load (gicd::isactiver + 4), 1U << 8);
    EXPECT_FALSE (guest.try_load (gicd::isactiver + 4)) << "the next read asks anew";
    cpu (1).end (40);
    cpu (1).takes ();
    EXPECT_EQ (guest.try_load (gicd::isactiver + 4), 0U);
}

TEST_F (VgicOthers, pending_state_is_asked_for_too_and_one_that_leaves_has_answered) {
    enter (1);
    open (40, 0x80, 0b10);
    set_pending (40);
    cpu (1).takes ();
    EXPECT_FALSE (guest.try_load (gicd::ispendr + 4));
    cpu (1).leave ();
    EXPECT_EQ (guest.try_load (gicd::ispendr + 4), 1U << 8);
    EXPECT_EQ (guest.load (gicd::ispendr + 4), 1U << 8) << "nobody has it any more";
}

TEST_F (VgicOthers, pending_state_is_told_by_who_has_it_in_a_list_register_still) {
    enter (1);
    set_edge (40);
    open (40, 0x80, 0b10);
    set_pending (40);
    cpu (1).takes ();
    EXPECT_FALSE (guest.try_load (gicd::icpendr + 4));
    cpu (1).takes ();
    EXPECT_EQ (cpu (1).list (0), listed (40, 0x80));
    EXPECT_EQ (guest.try_load (gicd::icpendr + 4), 1U << 8);
}

TEST_F (VgicOthers, own_banked_state_is_nobody_elses_to_tell) {
    enter (1);
    open (40, 0x80, 0b10);
    set_pending (40);
    cpu (1).takes ();
    EXPECT_EQ (guest.load (gicd::ispendr), 0U);
    EXPECT_EQ (guest.load (gicd::isactiver), 0U);
    EXPECT_EQ (guest.load (gicd::isenabler + 4), 1U << 8);
}

TEST_F (VgicOthers, another_vcpu_sets_pending_what_is_active_elsewhere) {
    enter (1);
    open (40);
    set_pending (40);
    EXPECT_EQ (guest.acknowledge (), 40U);
    cpu (1).store (gicd::ispendr + 4, 1U << 8);
    guest.takes ();
    EXPECT_EQ (guest.acknowledge (), none);
    guest.end (40);
    guest.takes ();
    EXPECT_EQ (guest.acknowledge (), 40U);
}

TEST_F (VgicOthers, another_vcpu_deactivates_what_is_active_in_a_list_register) {
    enter (1);
    open (40);
    set_pending (40);
    EXPECT_EQ (guest.acknowledge (), 40U);
    cpu (1).store (gicd::icactiver + 4, 1U << 8);
    guest.takes ();
    EXPECT_FALSE (guest.try_load (gicd::isactiver + 4).value_or (0));
    guest.end (40);
    cpu (1).takes ();
    EXPECT_EQ (guest.load (gicd::isactiver + 4), 0U);
    set_pending (40);
    EXPECT_EQ (guest.acknowledge (), 40U);
    EXPECT_TRUE (is_active (40)) << "that was said once, and not for ever";
}

TEST_F (VgicOthers, another_vcpu_makes_active_what_is_pending_in_a_list_register) {
    enter (1);
    open (40);
    set_pending (40);
    cpu (1).store (gicd::isactiver + 4, 1U << 8);
    EXPECT_EQ (guest.takes (), 1U);
    EXPECT_EQ (guest.acknowledge (), none);
    EXPECT_TRUE (is_active (40) && is_pending (40));
}

TEST_F (VgicOthers, active_interrupt_is_in_a_list_register_of_who_took_it_or_made_it_so) {
    enter (1);
    open (40);
    open (41);
    open (42, 0x80, 0b10);
    cpu (1).store (gicd::isactiver + 4, 1U << 8);
    cpu (1).store (gicd::isactiver, 1U << 4);
    set_pending (42);
    cpu (1).takes ();
    EXPECT_EQ (cpu (1).acknowledge (), 42U);
    EXPECT_EQ (guest.list (0), 0U);
    EXPECT_EQ (cpu (1).list (0) & 0x3ff, 42U);
    cpu (1).leave ();
    set_pending (41);
    EXPECT_EQ (guest.list (0), listed (41, 0x80, gich::pending | gich::eoi));
    EXPECT_EQ (guest.list (1), 0U) << "another's active ones stay in memory while that doesn't run";
    cpu (1).enter (vm, 1);
    EXPECT_EQ (cpu (1).list (0), listed (4, 0, gich::active));
    EXPECT_EQ (cpu (1).list (1), listed (40, 0x80, gich::active | gich::eoi));
    EXPECT_EQ (cpu (1).list (2), listed (42, 0x80, gich::active | gich::eoi));
    EXPECT_EQ (cpu (1).list (3), 0U);
}

TEST_F (VgicOthers, another_vcpu_moves_what_is_pending_in_a_list_register_to_the_other_group) {
    enter (1);
    open (40);
    guest.store (gicd::igroupr + 4, 1U << 8);
    set_pending (40);
    EXPECT_NE (guest.list (0) & gich::group1, 0U);
    cpu (1).store (gicd::igroupr + 4, 0);
    EXPECT_EQ (guest.takes (), 1U);
    EXPECT_EQ (guest.list (0) & gich::group1, 0U);
}

TEST_F (VgicOthers, deactivation_lets_it_go_where_it_belongs_by_now) {
    enter (1);
    guest.open_interface (gicv::split_eoi);
    open (40);
    set_pending (40);
    EXPECT_EQ (guest.acknowledge (), 40U);
    guest.end (40);
    guest.store (gicd::itargetsr + 40, 0b10, 1);
    set_pending (40);
    cpu (1).takes ();
    EXPECT_EQ (cpu (1).acknowledge (), none);
    guest.deactivate (40);
    EXPECT_EQ (cpu (1).takes (), 1U);
    EXPECT_EQ (cpu (1).take_all (), Taken{40});
    set_pending (40);
    cpu (1).takes ();
    EXPECT_EQ (cpu (1).acknowledge (), 40U);
    set_pending (40);
    cpu (1).leave ();
    guest.deactivate (40);
    expect_wake (0b10);
}

TEST_F (VgicOthers, sleeper_is_told_of_an_interrupt_that_is_on_its_way_from_another_vcpu) {
    enter (1);
    open (40, 0x80, 0b10);
    set_pending (40);
    cpu (1).takes ();
    guest.store (gicd::itargetsr + 40, 0b01, 1);
    static_cast<void> (guest.trap (esr::Class::wait, 0));
    ASSERT_FALSE (guest.in_guest ());
    EXPECT_EQ (guest.x (1), RAVELIN_EXIT_WFI);
    EXPECT_EQ (guest.x (2), 0U) << "it's worth running again at once";
}

TEST_F (VgicOthers, another_vcpu_clears_what_is_pending_in_a_list_register) {
    enter (1);
    set_edge (40);
    open (40);
    set_pending (40);
    cpu (1).store (gicd::icpendr + 4, 1U << 8);
    guest.takes ();
    EXPECT_EQ (guest.acknowledge (), none);
}

TEST_F (VgicOthers, another_vcpu_disables_what_is_pending_in_a_list_register) {
    enter (1);
    open (40);
    set_pending (40);
    cpu (1).store (gicd::icenabler + 4, 1U << 8);
    EXPECT_EQ (guest.takes (), 1U);
    EXPECT_EQ (guest.acknowledge (), none);
    cpu (1).store (gicd::ctlr, 0);
    cpu (1).store (gicd::isenabler + 4, 1U << 8);
    guest.takes ();
    EXPECT_EQ (guest.acknowledge (), none) << "the distributor is off";
    cpu (1).store (gicd::ctlr, 1);
    EXPECT_EQ (guest.takes (), 1U) << "all hear of that";
    EXPECT_EQ (guest.acknowledge (), 40U);
}

TEST_F (VgicOthers, another_vcpu_makes_more_urgent_what_waits) {
    enter (1);
    for (std::uint32_t intid = 40; intid < 45; ++intid) {
        open (intid, 0x80);
        set_pending (intid);
    }
    cpu (1).store (gicd::ipriorityr + 44, 0x10, 1);
    EXPECT_EQ (guest.takes (), 1U);
    EXPECT_EQ (guest.take_all (), (Taken{44, 40, 41, 42, 43}));
}

TEST_F (VgicOthers, active_spi_is_ended_by_who_took_it_wherever_it_goes_by_then) {
    enter (1);
    open (40);
    set_pending (40);
    EXPECT_EQ (guest.acknowledge (), 40U);
    cpu (1).store (gicd::itargetsr + 40, 0b10, 1);
    set_pending (40);
    guest.takes ();
    cpu (1).takes ();
    EXPECT_EQ (cpu (1).acknowledge (), none) << "it is still active";
    guest.end (40);
    guest.takes ();
    cpu (1).takes ();
    EXPECT_EQ (cpu (1).take_all (), Taken{40});
}

TEST_F (VgicOthers, active_spi_that_found_no_list_register_goes_where_it_belongs_once_it_is_ended) {
    constexpr std::uint32_t nested = 5;
    enter (1);
    for (std::uint32_t i = 0; i < nested; ++i) {
        open (40 + i, 0xe0 - 0x20 * i);
        set_pending (40 + i);
        EXPECT_EQ (guest.acknowledge (), 40U + i);
    }
    guest.store (gicd::itargetsr + 40, 0b10, 1);
    line (40, 1);
    EXPECT_EQ (cpu (1).acknowledge (), none) << "it is active";
    for (std::uint32_t i = nested; i-- > 0;) {
        guest.end (40 + i);
    }
    guest.takes ();
    EXPECT_EQ (cpu (1).takes (), 1U) << "it's told";
    EXPECT_EQ (cpu (1).acknowledge (), 40U);
}

TEST_F (VgicOthers, protected_vms_interrupts_are_delivered_too) {
    guest.leave ();
    const auto other = machine.make ({.is_protected = true, .vcpus = 2});
    guest.enter (vm);
    cpu (1).enter (other, 0);
    static_cast<void> (cpu (1).call ({PSCI_CPU_ON_64, 1, VmMachine::ram, 0}));
    cpu (1).enter (other, 0);
    cpu (2).enter (other, 1);
    cpu (2).open_interface ();
    cpu (1).store (gicd::ctlr, 1);
    cpu (1).store (gicd::sgir, gicd::sgi (1, 0b10));
    EXPECT_FALSE (guest.signalled ()) << "another VM's";
    cpu (2).takes ();
    EXPECT_EQ (cpu (2).take_all (), Taken{1});
    EXPECT_EQ (guest.acknowledge (), none);
}

TEST_F (VgicOthers, what_another_vcpu_has_made_active_can_come_when_a_third_has_cleared_it) {
    enter (1);
    enter (2);
    open (40);
    cpu (1).store (gicd::isactiver + 4, 1U << 8);
    set_pending (40);
    EXPECT_EQ (guest.acknowledge (), none);
    cpu (2).store (gicd::icactiver + 4, 1U << 8);
    EXPECT_EQ (cpu (1).takes (), 1U) << "whose list register it was in";
    guest.takes ();
    EXPECT_EQ (guest.take_all (), Taken{40});
}

TEST_F (VgicOthers, end_from_memory_is_of_the_one_taken_last_whatever_another_vcpu_writes_before_it_is_known) {
    enter (1);
    for (std::uint32_t i = 0; i < 7; ++i) {
        open (40 + i, 0xe0 - 0x20 * i);
        set_pending (40 + i);
        EXPECT_EQ (guest.acknowledge (), 40U + i);
    }
    guest.takes ();
    EXPECT_EQ (guest.load (gicd::isactiver + 4), 0x7fU << 8);
    for (std::uint32_t i = 7; i-- > 1;) {
        guest.end (40 + i);
    }
    cpu (1).store (gicd::ipriorityr + 40, 0x08, 1);
    guest.takes ();
    EXPECT_EQ (guest.load (gicd::isactiver + 4), 1U << 8) << "40 was taken first, so it is ended last";
}

}  // namespace ravelin

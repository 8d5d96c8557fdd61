// SPDX-License-Identifier: BSD-2-Clause

// Time of guests: both timers, until when a guest sleeps, and deadlines of the host while one runs.

#include "hyp/abi/psci.h"
#include "tests/unit/hyp/vgic_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace hal::sysreg;
using namespace test;
using namespace sim;

constexpr std::uint64_t on          = 1;
constexpr std::uint64_t masked      = 2;
constexpr std::uint64_t over        = 4;
constexpr std::uint32_t virtual_one = 27;
constexpr std::uint32_t physical    = 30;

constexpr std::uint64_t no_deadline = ~0ULL;

/// What a guest does with its timers.
class PlayedTimers : public Vgic {
  protected:
    using Vgic::Vgic;

    /// MSR and MRS of CNTP_TVAL_EL0, CNTP_CTL_EL0 and CNTP_CVAL_EL0.
    enum Cntp : std::uint8_t { tval, ctl, cval };
    void write (Cntp which, std::uint64_t value) {
        guest.x (5) = value;
        EXPECT_TRUE (guest.trap (esr::Class::system_register, access (which, false)));
    }
    [[nodiscard]] auto read (Cntp which) -> std::uint64_t {
        EXPECT_TRUE (guest.trap (esr::Class::system_register, access (which, true)));
        return guest.x (5);
    }

    void set_cntv (std::uint64_t compare, std::uint64_t control = on) {
        guest.hal ().write<cntv_cval_el0> (compare);
        guest.hal ().write<cntv_ctl_el0> (control);
        machine.pass (0);
    }

    /// WFI, which traps.
    void wait () {
        guest.x (1) = guest.x (2) = 99;
        static_cast<void> (guest.trap (esr::Class::wait, 0));
    }
    void expect_asleep (std::uint64_t until) {
        ASSERT_FALSE (guest.in_guest ());
        EXPECT_EQ (guest.x (1), RAVELIN_EXIT_WFI);
        EXPECT_EQ (guest.x (2), until);
        EXPECT_EQ (guest.x (3) | guest.x (4), 0U);
    }

    [[nodiscard]] auto deadline () -> std::uint64_t {
        EXPECT_EQ (guest.hal ().read<cnthp_ctl_el2> () & 3, 1U);
        return guest.hal ().read<cnthp_cval_el2> ();
    }

    /// An access to a system register, of which X5 is the other end.
    [[nodiscard]] static auto access (std::uint8_t op2, bool read, std::uint8_t crm = 2) -> std::uint64_t {
        using namespace esr::access;
        return op0.put (3) | op1.put (3) | crn.put (14) | crm_of (crm) | esr::access::op2.put (op2) | target.put (5) |
               (read ? 1 : 0);
    }
    [[nodiscard]] static auto crm_of (std::uint8_t value) -> std::uint64_t { return esr::access::crm.put (value); }
};

class GuestTimer : public PlayedTimers {
  protected:
    GuestTimer () {
        enter (0);
        open (virtual_one);
        open (physical);
    }

    /// Whether the physical timer's interrupt comes; it's handled, and the timer set far ahead.
    [[nodiscard]] auto takes_physical () -> bool {
        guest.takes ();
        if (guest.acknowledge () != physical) { return false; }
        write (cval, no_deadline);
        guest.end (physical);
        guest.takes ();
        return true;
    }
};

/// A VM without a GIC, which has the same timers, and sleeps.
class GuestTimerWithoutGic : public PlayedTimers {
  protected:
    GuestTimerWithoutGic () : PlayedTimers{{.gic = false}} { guest.enter (vm); }
};
}  // namespace

TEST_F (GuestTimer, virtual_interrupt_comes_at_its_time_without_the_host) {
    set_cntv (machine.now () + 100);
    EXPECT_EQ (guest.takes (), 0U);
    EXPECT_EQ (guest.acknowledge (), none);
    machine.pass (100);
    EXPECT_EQ (guest.takes (), 1U);
    EXPECT_TRUE (guest.in_guest ());
    EXPECT_EQ (guest.acknowledge (), virtual_one);
    guest.hal ().write<cntv_ctl_el0> (0);
    guest.end (virtual_one);
    guest.takes ();
    EXPECT_EQ (guest.acknowledge (), none);
    EXPECT_FALSE (is_pending (virtual_one) || is_active (virtual_one));
    EXPECT_EQ (guest.physical (gicd::isactiver) & 1U << virtual_one, 0U) << "and may come again";
}

TEST_F (GuestTimer, virtual_interrupt_stays_while_its_condition_holds) {
    set_cntv (0);
    guest.takes ();
    for (unsigned round = 0; round < 3; ++round) {
        EXPECT_EQ (guest.acknowledge (), virtual_one);
        EXPECT_TRUE (is_pending (virtual_one));
        guest.end (virtual_one);
        EXPECT_EQ (guest.takes (), 1U) << "maintenance; the timer's own can't come as it is active";
    }
    EXPECT_EQ (guest.acknowledge (), virtual_one);
    guest.hal ().write<cntv_cval_el0> (no_deadline);
    EXPECT_FALSE (is_pending (virtual_one)) << "a guest that only moves CVAL";
    guest.end (virtual_one);
    guest.takes ();
    EXPECT_EQ (guest.acknowledge (), none);
    set_cntv (0);
    EXPECT_EQ (guest.takes (), 1U);
    EXPECT_EQ (guest.acknowledge (), virtual_one);
    set_cntv (0, on | masked);
    EXPECT_FALSE (is_pending (virtual_one)) << "or only masks";
    guest.end (virtual_one);
    guest.takes ();
    EXPECT_EQ (guest.acknowledge (), none);
    set_cntv (0);
    EXPECT_EQ (guest.takes (), 1U);
    EXPECT_EQ (guest.acknowledge (), virtual_one);
}

TEST_F (GuestTimer, virtual_interrupt_that_is_disabled_comes_to_el2_once) {
    guest.store (gicd::icenabler, 1U << virtual_one);
    set_cntv (0);
    EXPECT_EQ (guest.takes (), 1U);
    EXPECT_EQ (guest.takes (), 0U);
    EXPECT_TRUE (is_pending (virtual_one));
    guest.store (gicd::isenabler, 1U << virtual_one);
    EXPECT_EQ (guest.acknowledge (), virtual_one);
}

TEST_F (GuestTimer, virtual_interrupt_is_found_when_a_guest_is_entered_and_its_wire_is_the_hosts_again_after_that) {
    const auto when = machine.now () + 1000;
    set_cntv (when);
    guest.leave ();
    EXPECT_EQ (guest.hal ().read<cntv_ctl_el0> () & 1, 0U) << "the host's own is off";
    machine.pass (2000);
    guest.enter (vm);
    EXPECT_EQ (guest.hal ().read<cntv_cval_el0> (), when);
    EXPECT_EQ (guest.takes (), 0U) << "it was there from the start";
    EXPECT_NE (guest.physical (gicd::isactiver) & 1U << virtual_one, 0U);
    guest.leave ();
    EXPECT_EQ (guest.physical (gicd::isactiver) & 1U << virtual_one, 0U);
    guest.set_physical (gicd::isenabler, 1U << virtual_one);
    set_cntv (0);
    EXPECT_TRUE (guest.signalled ()) << "the host gets its own";
    set_cntv (no_deadline, 0);
    guest.enter (vm);
    EXPECT_EQ (guest.takes (), 0U) << "the guest's is there from the start again";
    EXPECT_NE (guest.physical (gicd::isactiver) & 1U << virtual_one, 0U);
}

TEST_F (GuestTimer, timer_that_a_guest_has_moved_is_looked_at_when_it_leaves) {
    for (const std::uint64_t compare : {std::uint64_t{0}, no_deadline}) {
        set_cntv (compare, on);
        guest.leave ();
        ASSERT_EQ (guest.call ({RAVELIN_GIC_GET, vm, 0, gicd::ispendr}), RAVELIN_SUCCESS);
        EXPECT_EQ ((guest.x (1) & 1U << virtual_one) != 0, compare == 0);
        guest.enter (vm);
    }
}

TEST_F (GuestTimer, hosts_timer_that_runs_out_meanwhile_ends_the_guests_turn) {
    guest.leave ();
    const auto due = machine.now () + 500;
    set_cntv (due);
    guest.set_physical (gicd::isenabler, 1U << virtual_one);
    guest.enter (vm);
    EXPECT_EQ (deadline (), due);
    EXPECT_EQ (guest.hal ().read<cntv_ctl_el0> () & 1, 0U) << "the guest's own is off";
    machine.pass (499 - (machine.now () - (due - 500)));
    EXPECT_EQ (guest.takes (), 0U);
    machine.pass (10);
    EXPECT_EQ (guest.takes (), 1U);
    ASSERT_FALSE (guest.in_guest ());
    EXPECT_EQ (guest.x (1), RAVELIN_EXIT_INTERRUPT);
    machine.pass (0);
    EXPECT_TRUE (guest.signalled ());
    EXPECT_EQ (guest.physical_interface (gicv::iar), virtual_one);
    EXPECT_EQ (guest.hal ().read<cntv_cval_el0> (), due);
    EXPECT_EQ (guest.hal ().read<cnthp_ctl_el2> () & 1, 0U);
}

TEST_F (GuestTimer, hosts_timer_that_is_off_or_masked_sets_no_deadline) {
    for (const auto control : {0UL, masked, on | masked}) {
        guest.leave ();
        set_cntv (machine.now () + 500, control);
        guest.enter (vm);
        EXPECT_EQ (deadline (), no_deadline) << control;
        guest.leave ();
        EXPECT_EQ (guest.hal ().read<cntv_ctl_el0> () & 3, control);
        guest.enter (vm);
    }
}

TEST_F (GuestTimer, el2s_timer_keeps_the_earlier_of_the_hosts_deadline_and_the_guests) {
    guest.leave ();
    const auto due = machine.now () + 10'000;
    set_cntv (due);
    guest.enter (vm);
    write (cval, due + 1);
    write (ctl, on);
    EXPECT_EQ (deadline (), due);
    write (cval, due - 1);
    EXPECT_EQ (deadline (), due - 1);
    write (ctl, on | masked);
    EXPECT_EQ (deadline (), due);
    write (ctl, on);
    write (cval, 1);
    EXPECT_EQ (deadline (), due) << "it has run out already";
    write (cval, due - 1);
    guest.leave ();
    guest.enter (vm);
    EXPECT_EQ (deadline (), due - 1);
}

TEST_F (GuestTimer, physical_interrupt_comes_at_its_time_without_the_host) {
    write (cval, machine.now () + 1000);
    write (ctl, on);
    EXPECT_EQ (guest.takes (), 0U);
    machine.pass (1000);
    EXPECT_EQ (guest.takes (), 1U);
    EXPECT_TRUE (guest.in_guest ());
    EXPECT_EQ (guest.takes (), 0U) << "once";
    EXPECT_EQ (guest.acknowledge (), physical);
    EXPECT_TRUE (is_pending (physical));
    write (cval, no_deadline);
    EXPECT_FALSE (is_pending (physical));
    guest.end (physical);
    guest.takes ();
    EXPECT_EQ (guest.acknowledge (), none);
    write (cval, 0);
    EXPECT_EQ (guest.acknowledge (), physical);
    write (ctl, on | masked);
    guest.end (physical);
    guest.takes ();
    EXPECT_EQ (guest.acknowledge (), none);
    write (ctl, on);
    EXPECT_EQ (guest.acknowledge (), physical);
    write (ctl, 0);
    EXPECT_FALSE (is_pending (physical));
}

TEST_F (GuestTimer, physical_interrupt_comes_whenever_its_time_is_while_its_register_is_written) {
    write (ctl, on);
    for (sim::Ticks ticks = 0; ticks < 10; ++ticks) {
        write (cval, machine.now () + ticks);
        machine.pass (100);
        ASSERT_TRUE (takes_physical ()) << ticks;
    }
}

TEST_F (GuestTimer, physical_interrupt_comes_whenever_its_time_is_while_el2s_timer_is_taken) {
    write (ctl, on);
    for (sim::Ticks ticks = 85; ticks < 105; ++ticks) {
        write (cval, machine.now () + ticks);
        machine.pass (90);
        guest.set_physical (gicd::ispendr, 1U << 26);
        guest.takes ();
        machine.pass (100);
        ASSERT_TRUE (takes_physical ()) << ticks;
    }
}

TEST_F (GuestTimer, physical_registers_are_those_of_a_timer) {
    write (cval, 0x1234'5678'9abc'def0);
    EXPECT_EQ (read (cval), 0x1234'5678'9abc'def0U);
    write (ctl, ~0ULL);
    EXPECT_EQ (read (ctl), on | masked);
    write (ctl, on);
    EXPECT_EQ (read (ctl), on);
    write (cval, 0);
    EXPECT_EQ (read (ctl), on | over);
    write (ctl, on | masked);
    EXPECT_EQ (read (ctl), on | masked | over) << "the mask hides the interrupt, not the condition";
    write (ctl, 0);
    EXPECT_EQ (read (ctl), 0U);
}

TEST_F (GuestTimer, physical_value_counts_down_in_32_bits) {
    auto before = machine.now ();
    write (tval, 0x1000);
    auto set = read (cval);
    EXPECT_GE (set, before + 0x1000);
    EXPECT_LE (set, machine.now () + 0x1000);
    const auto left = read (tval);
    EXPECT_GE (left, set - machine.now ());
    EXPECT_LE (left, 0x1000U);
    before = machine.now ();
    write (tval, 0xffff'ffff'ffff'ff00);
    set = read (cval);
    EXPECT_GE (set + 0x100, before);
    EXPECT_LE (set + 0x100, machine.now ());
    EXPECT_EQ (read (tval) >> 16, 0xffffU) << "below zero, in 32 bits";
    write (tval, 0x8000'0000);
    EXPECT_EQ (read (cval) >> 63, 1U);
    write (ctl, on);
    write (cval, machine.now () + 100);
    machine.pass (100);
    EXPECT_EQ (read (ctl), on | over) << "at its very moment";
}

TEST_F (GuestTimer, neighbours_of_the_physical_registers_are_not_there) {
    for (const auto &[op2, crm] : {std::pair<std::uint8_t, std::uint8_t>{3, 2}, {7, 2}, {2, 1}, {2, 4}}) {
        EXPECT_FALSE (guest.trap (esr::Class::system_register, access (op2, true, crm)));
        EXPECT_EQ (esr::class_of (guest.hal ().read<esr_el1> ()), esr::Class::unknown);
    }
}

TEST_F (GuestTimer, wait_lasts_until_the_first_timer_that_will_interrupt) {
    wait ();
    expect_asleep (no_deadline);
    const auto later = machine.now () + 100'000;
    guest.enter (vm);
    set_cntv (later);
    wait ();
    expect_asleep (later);
    guest.enter (vm);
    write (cval, later - 1);
    write (ctl, on);
    wait ();
    expect_asleep (later - 1);
    guest.enter (vm);
    write (cval, later + 1);
    wait ();
    expect_asleep (later);
    guest.enter (vm);
    set_cntv (later, on | masked);
    wait ();
    expect_asleep (later + 1);
    guest.enter (vm);
    set_cntv (later, 0);
    write (ctl, masked | on);
    wait ();
    expect_asleep (no_deadline);
}

TEST_F (GuestTimer, wait_goes_on_behind_itself) {
    const auto from = guest.hal ().read<elr_el2> ();
    wait ();
    guest.enter (vm);
    EXPECT_EQ (guest.hal ().read<elr_el2> (), from + 4);
}

TEST_F (GuestTimer, wait_ends_at_once_when_an_interrupt_is_there_masked_or_not) {
    guest.set_interface (gicv::pmr, 0);
    set_cntv (0);
    wait ();
    EXPECT_TRUE (guest.in_guest ());
    EXPECT_TRUE (is_pending (virtual_one));
}

TEST_F (GuestTimer, timer_that_has_run_out_and_can_not_come_wakes_nobody) {
    guest.store (gicd::icenabler, 1U << virtual_one);
    machine.pass (10);
    set_cntv (1);
    wait ();
    expect_asleep (no_deadline);
}

TEST_F (GuestTimer, interrupt_that_comes_while_a_guest_falls_asleep_is_told) {
    enter (1);
    // Not in a list register, but in memory, and nobody has been kicked yet.
    guest.set_interface (gicv::pmr, 0);
    guest.store (gicd::ctlr, 0);
    cpu (1).store (gicd::sgir, gicd::sgi (1, 1));
    wait ();
    expect_asleep (no_deadline);
    cpu (1).store (gicd::ctlr, 1);
    EXPECT_EQ (cpu (1).x (1), RAVELIN_EXIT_WAKE);
    EXPECT_EQ (cpu (1).x (2), 1U);
}

TEST_F (GuestTimer, count_of_a_vm_is_behind_by_what_the_host_has_set) {
    guest.leave ();
    machine.pass (1000);
    const auto other = machine.make ({.vcpus = 1});
    machine.must ({RAVELIN_VM_SET_TIME, other, 700});
    guest.enter (other);
    EXPECT_EQ (guest.hal ().read<cntvoff_el2> (), 700U);
    const auto later = machine.now () + 100'000;
    set_cntv (later);
    wait ();
    expect_asleep (later + 700);
    EXPECT_EQ (guest.hal ().read<cntvoff_el2> (), 0U);
    EXPECT_EQ (guest.call ({RAVELIN_VM_SET_TIME, other, 600}), RAVELIN_SUCCESS) << "it doesn't run";
    guest.enter (other);
    EXPECT_EQ (guest.hal ().read<cntvoff_el2> (), 600U);
    wait ();
    expect_asleep (later + 600);
    guest.enter (other);
    EXPECT_EQ (cpu (1).call ({RAVELIN_VM_SET_TIME, other, 0}), RAVELIN_BUSY) << "another CPU runs it";
    guest.leave ();
    guest.enter (other);
    set_cntv (no_deadline - 100);
    wait ();
    expect_asleep (no_deadline);  // the physical count doesn't get there
    guest.enter (vm);
    EXPECT_EQ (guest.hal ().read<cntvoff_el2> (), 0U);
}

TEST_F (GuestTimer, timers_are_their_vcpus_own) {
    set_cntv (12345, on | masked);
    write (cval, 54321);
    guest.leave ();
    guest.enter (vm, 1);
    EXPECT_EQ (guest.hal ().read<cntv_cval_el0> (), 0U);
    EXPECT_EQ (guest.hal ().read<cntv_ctl_el0> () & 3, 0U);
    EXPECT_EQ (read (cval), 0U);
    guest.leave ();
    guest.enter (vm, 0);
    EXPECT_EQ (guest.hal ().read<cntv_cval_el0> (), 12345U);
    EXPECT_EQ (guest.hal ().read<cntv_ctl_el0> () & 3, on | masked);
    EXPECT_EQ (read (cval), 54321U);
}

TEST_F (GuestTimer, registers_of_a_plain_vms_timers_are_the_hosts_to_read_and_set) {
    write (cval, 7);
    write (ctl, on);
    set_cntv (9, on);
    guest.leave ();
    const auto get = [&] (std::uint64_t which) {
        EXPECT_EQ (guest.call ({RAVELIN_VCPU_GET, vm, 0, which}), RAVELIN_SUCCESS);
        return guest.x (1);
    };
    EXPECT_EQ (get (RAVELIN_REGISTER_CNTP_CVAL), 7U);
    EXPECT_EQ (get (RAVELIN_REGISTER_CNTP_CTL), on);
    EXPECT_EQ (get (RAVELIN_REGISTER_CNTV_CVAL), 9U);
    EXPECT_EQ (get (RAVELIN_REGISTER_CNTV_CTL), on);
    for (const auto which : {RAVELIN_REGISTER_CNTP_CTL, RAVELIN_REGISTER_CNTV_CTL}) {
        EXPECT_EQ (guest.call ({RAVELIN_VCPU_SET, vm, 0, which, ~0ULL}), RAVELIN_SUCCESS);
        EXPECT_EQ (get (which), on | masked);
    }
}

TEST_F (GuestTimerWithoutGic, sleeps_until_its_next_timer_all_the_same) {
    wait ();
    expect_asleep (no_deadline);
    const auto later = machine.now () + 100'000;
    guest.enter (vm);
    set_cntv (later);
    EXPECT_EQ (static_cast<std::uint64_t> (guest.call ({PSCI_CPU_SUSPEND_64, 0})), 0U);
    expect_asleep (later);
    guest.enter (vm);
    set_cntv (1);
    EXPECT_EQ (guest.takes (), 1U);
    EXPECT_TRUE (guest.in_guest ());
    EXPECT_NE (guest.physical (gicd::isactiver) & 1U << virtual_one, 0U) << "and doesn't come again";
    wait ();
    expect_asleep (no_deadline);
    EXPECT_EQ (guest.physical (gicd::isactiver) & 1U << virtual_one, 0U) << "the host's may come";
}

TEST_F (GuestTimerWithoutGic, has_a_physical_timer_to_look_at) {
    write (cval, 1);
    write (ctl, on);
    EXPECT_EQ (read (ctl), on | over);
    EXPECT_TRUE (guest.in_guest ());
}

}  // namespace ravelin

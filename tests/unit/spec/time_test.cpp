// SPDX-License-Identifier: BSD-2-Clause
// Timers of vCPUs, and waiting for them.
#include "tests/unit/spec/gic_host.hpp"

namespace ravelin::spec::test {
namespace {

using Which = TimerAccess::Register;

class SpecTime : public GicHost {
  protected:
    SpecTime () {
        open (40);
        unmask ();
        set (0x100, 1U << virtual_timer | 1U << physical_timer);
        spec.time_is (now);
    }

    void write (Which which, std::uint64_t value) {
        last =
            spec.guest_timer (0, {.which = which, .write = true, .value = value}, {.count = spec.state ().last_count});
        EXPECT_EQ (last.next, Next::guest);
    }

    auto read (Which which) -> ExpectedRegister {
        last = spec.guest_timer (0, {.which = which}, {});
        return last.loads.value_or (ExpectedRegister{});
    }

    static auto value (std::uint64_t number) -> ExpectedRegister {
        return {.kind = ExpectedRegister::Kind::value, .value = number};
    }

    /// The guest sets its virtual timer.
    void set_virtual_timer (std::uint64_t control, std::uint64_t compare_value) {
        Hardware found      = hardware ({});
        found.virtual_timer = {control, compare_value};
        EXPECT_EQ (spec.hardware_did (0, found), "");
    }

    static constexpr std::uint64_t now = 1000;
};

TEST_F (SpecTime, the_physical_timer_counts) {
    enter ();
    write (Which::compare_value, 1500);
    write (Which::control, 0xff);
    EXPECT_EQ (read (Which::control), value (3));
    EXPECT_EQ (read (Which::compare_value), value (1500));
    EXPECT_EQ (read (Which::timer_value), value (500));
    spec.time_is (1501);
    EXPECT_EQ (read (Which::control), value (7));
    EXPECT_EQ (read (Which::timer_value), value (0xffff'ffff));
    write (Which::timer_value, 0xffff'ffff);
    EXPECT_EQ (read (Which::compare_value), value (1500)) << "a signed number";
}

TEST_F (SpecTime, what_a_timer_that_is_off_says_is_unknown) {
    enter ();
    EXPECT_EQ (read (Which::control).known, ~Timer::status);
    EXPECT_EQ (read (Which::timer_value).known, 0);
}

TEST_F (SpecTime, the_physical_timer_is_a_level) {
    enter ();
    write (Which::compare_value, now);
    write (Which::control, 1);
    EXPECT_TRUE (interrupt_of (physical_timer).pending ());
    const ListRegister entry{.pending = true, .intid = physical_timer, .eoi = true};
    EXPECT_NE (resume ({}), "");
    EXPECT_EQ (resume ({entry}), "");
    write (Which::control, 3);
    EXPECT_NE (resume ({entry}), "") << "it's masked";
    EXPECT_EQ (resume ({}), "");
    write (Which::control, 1);
    EXPECT_EQ (resume ({entry}), "");
    write (Which::compare_value, now + 1);
    EXPECT_NE (resume ({entry}), "") << "it's moved";
}

TEST_F (SpecTime, a_vcpus_timer_is_not_forgotten) {
    enter ();
    write (Which::compare_value, now + 10);
    write (Which::control, 1);
    Hardware found = hardware ({});
    EXPECT_NE (spec.resumes (0, found), "");
    found.wakes_at = now + 11;
    EXPECT_NE (spec.resumes (0, found), "");
    found.wakes_at = now + 10;
    EXPECT_EQ (spec.resumes (0, found), "");
}

TEST_F (SpecTime, the_virtual_timer_is_a_level) {
    enter ();
    set_virtual_timer (1, now);
    Hardware found      = hardware ({});
    found.virtual_timer = {1, now};
    found.interrupted   = true;
    EXPECT_EQ (spec.resumes (0, found), "") << "EL2 sees it before the guest goes on";
    found.interrupted = false;
    EXPECT_NE (spec.resumes (0, found), "") << "it's forgotten";
    found.interface.list[0] = {.pending = true, .intid = virtual_timer, .hardware = true};
    EXPECT_NE (spec.resumes (0, found), "") << "the guest would end the physical one";
    found.interface.list[0] = {.pending = true, .intid = virtual_timer};
    EXPECT_NE (spec.resumes (0, found), "") << "nobody would look at the wire";
    found.interface.list[0].eoi = true;
    EXPECT_EQ (spec.resumes (0, found), "");
    found.virtual_timer = {1, now + 5};
    EXPECT_NE (spec.resumes (0, found), "") << "the timer is the guest's";
}

TEST_F (SpecTime, a_guest_moves_its_virtual_timer_without_a_trap) {
    enter ();
    set_virtual_timer (1, now);
    Hardware found         = hardware ({{.pending = true, .intid = virtual_timer, .eoi = true}});
    found.virtual_timer    = {1, now};
    found.timer_held       = true;
    const Interrupt &timer = interrupt_of (virtual_timer);
    EXPECT_EQ (spec.resumes (0, found), "");
    EXPECT_TRUE (timer.line);
    found.virtual_timer = {1, now + 5};
    EXPECT_EQ (spec.hardware_did (0, found), "");
    EXPECT_EQ (guest_call ({PSCI_VERSION}), PSCI_VERSION_1_1);
    EXPECT_EQ (spec.resumes (0, found), "") << "nobody has looked";
    EXPECT_EQ (spec.interrupt (0, {.goes_on = true}).next, Next::guest);
    EXPECT_NE (spec.resumes (0, found), "") << "now somebody has";
    found.interface.list[0] = {};
    EXPECT_NE (spec.resumes (0, found), "") << "and would not see it when it is back";
    found.timer_held = false;
    EXPECT_EQ (spec.resumes (0, found), "");
}

TEST_F (SpecTime, a_wait_says_when_the_next_timer_runs_out) {
    enter ();
    set_virtual_timer (1, now + 30);
    write (Which::compare_value, now + 20);
    write (Which::control, 3);
    const Specification before = spec;
    last                       = spec.guest_waits (0);
    EXPECT_TRUE (exited (RAVELIN_EXIT_WFI, now + 30)) << "the other is masked";
    spec = before;
    write (Which::control, 1);
    last = spec.guest_waits (0);
    EXPECT_TRUE (exited (RAVELIN_EXIT_WFI, now + 20));
    spec = before;
    EXPECT_NE (spec.guest_waits (0, {.goes_on = true}).objection, "") << "nothing has come";
}

TEST_F (SpecTime, a_wait_ends_at_once_if_something_has_come) {
    enter ();
    EXPECT_EQ (line (40, 1), RAVELIN_SUCCESS);
    const Specification before = spec;
    EXPECT_EQ (spec.guest_waits (0, {.goes_on = true}).next, Next::guest);
    spec = before;
    last = spec.guest_waits (0);
    EXPECT_TRUE (exited (RAVELIN_EXIT_WFI, 0));
    spec = before;
    EXPECT_EQ (guest_call ({PSCI_CPU_SUSPEND_32, 0}, 0, {.goes_on = true}), PSCI_SUCCESS);
}

TEST_F (SpecTime, a_wait_may_end_for_what_the_guest_masks) {
    set (RAVELIN_GICC + 4, 0);
    enter ();
    EXPECT_EQ (line (40, 1), RAVELIN_SUCCESS);
    const Specification before = spec;
    EXPECT_EQ (spec.guest_waits (0, {.goes_on = true}).objection, "");
    spec = before;
    EXPECT_EQ (spec.guest_waits (0).x[2].kind, ExpectedRegister::Kind::any);
}

TEST_F (SpecTime, a_vms_count_is_set_while_it_does_not_run) {
    EXPECT_EQ (call ({RAVELIN_VM_SET_TIME, 0, 1}), RAVELIN_INVALID);
    EXPECT_EQ (call ({RAVELIN_VM_SET_TIME, vm, 100}), RAVELIN_SUCCESS);
    enter ();
    set_virtual_timer (1, now);
    last = spec.guest_waits (0);
    EXPECT_TRUE (exited (RAVELIN_EXIT_WFI, now + 100)) << "its virtual count is behind";
    EXPECT_EQ (call ({RAVELIN_VM_SET_TIME, vm, 200}), RAVELIN_SUCCESS);
    enter ();
    EXPECT_EQ (call ({RAVELIN_VM_SET_TIME, vm, 0}, 1), RAVELIN_BUSY);
    last = spec.guest_waits (0);
    EXPECT_TRUE (exited (RAVELIN_EXIT_WFI, now + 200));
    EXPECT_EQ (call ({RAVELIN_VM_DESTROY, vm}), RAVELIN_SUCCESS);
    EXPECT_EQ (call ({RAVELIN_VM_SET_TIME, vm, 0}), RAVELIN_DENIED);
}

TEST_F (SpecTime, a_protected_vms_count_is_set_before_it_runs) {
    const Handle secret = fed_vm (protected_one);
    EXPECT_EQ (call ({RAVELIN_VM_SET_TIME, secret, 100}), RAVELIN_SUCCESS);
    start (secret);
    EXPECT_EQ (call ({RAVELIN_VM_SET_TIME, secret, 100}, 1), RAVELIN_DENIED);
}

TEST_F (SpecTime, timers_are_registers_of_a_vcpu) {
    const auto set_get = [this] (std::uint64_t which, std::uint64_t written) {
        EXPECT_EQ (call ({RAVELIN_VCPU_SET, vm, 0, which, written}), RAVELIN_SUCCESS);
        EXPECT_EQ (call ({RAVELIN_VCPU_GET, vm, 0, which}), RAVELIN_SUCCESS);
        return last.x[1].value;
    };
    EXPECT_EQ (set_get (RAVELIN_REGISTER_CNTV_CTL, 7), 3) << "ISTATUS isn't stored";
    EXPECT_EQ (set_get (RAVELIN_REGISTER_CNTV_CVAL, 7), 7);
    EXPECT_EQ (set_get (RAVELIN_REGISTER_CNTP_CTL, 5), 1);
    EXPECT_EQ (set_get (RAVELIN_REGISTER_CNTP_CVAL, ~0ULL), ~0ULL);
}

}  // namespace
}  // namespace ravelin::spec::test

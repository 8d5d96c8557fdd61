// SPDX-License-Identifier: BSD-2-Clause
// PSCI of guests.
#include "tests/unit/spec/small_host.hpp"

namespace ravelin::spec::test {
namespace {

class SpecPower : public SmallHost {
  protected:
    SpecPower () { make (vm); }

    /// vCPU 0, which is on, and vCPU 1, which is off.
    void make (Handle handle) {
        EXPECT_EQ (create_vcpu (handle, 0), RAVELIN_SUCCESS);
        EXPECT_EQ (call ({RAVELIN_VCPU_CREATE, handle, 1, new_page (), vm_ram, 7, RAVELIN_VCPU_OFF}), RAVELIN_SUCCESS);
    }

    void enter (std::uint64_t vcpu, std::size_t cpu = 0) { (void)call ({RAVELIN_VCPU_RUN, vm, vcpu}, cpu); }

    auto cpu_on (std::uint64_t entry = vm_ram + 0x100, std::uint64_t context = 42) -> std::int64_t {
        return guest_call ({PSCI_CPU_ON_64, 1, entry, context}, 0, {.woken = 0b10});
    }

    auto power () -> std::uint64_t {
        EXPECT_EQ (call ({RAVELIN_VCPU_GET, vm, 1, RAVELIN_REGISTER_POWER}, 2), RAVELIN_SUCCESS);
        return last.x[1].value;
    }

    auto set_power (Handle handle, std::uint64_t value) -> std::int64_t {
        return call ({RAVELIN_VCPU_SET, handle, 1, RAVELIN_REGISTER_POWER, value}, 2);
    }

    Handle vm{fed_vm (plain)};
};

TEST_F (SpecPower, a_vcpu_is_made_on_or_off) {
    const Handle other = fed_vm (plain);
    EXPECT_EQ (call ({RAVELIN_VCPU_CREATE, other, 1, new_page (), vm_ram, 0, 2}), RAVELIN_INVALID);
    EXPECT_EQ (power (), 0);
    enter (1);
    EXPECT_EQ (last, returns (Next::host, {RAVELIN_SUCCESS, RAVELIN_EXIT_OFF, 0, 0, 0}));
    EXPECT_EQ (spec.state ().vms.at (vm).phase, Phase::started);
    EXPECT_EQ (spec.state ().cpus[0], std::nullopt);
}

TEST_F (SpecPower, cpu_on_starts_where_the_guest_says) {
    enter (0);
    EXPECT_EQ (guest_call ({PSCI_AFFINITY_INFO_64, 1, 0}), PSCI_AFFINITY_OFF);
    cpu_on ();
    EXPECT_TRUE (last.next == Next::host && last.x[1].value == RAVELIN_EXIT_WAKE && last.x[2].value == 0b10);
    EXPECT_EQ (last.answers, PSCI_SUCCESS);
    EXPECT_EQ (power (), 1);
    enter (0);
    EXPECT_EQ (guest_call ({PSCI_AFFINITY_INFO_64, 1, 0}), PSCI_AFFINITY_ON_PENDING);
    EXPECT_EQ (guest_call ({PSCI_CPU_ON_64, 1, vm_ram, 0}), PSCI_ON_PENDING);
    enter (1, 1);
    EXPECT_TRUE (last.begins);
    EXPECT_EQ (last.set.at (RAVELIN_REGISTER_PC), vm_ram + 0x100);
    EXPECT_EQ (last.set.at (RAVELIN_REGISTER_X0), 42);
    EXPECT_EQ (last.set.at (RAVELIN_REGISTER_X0 + 30), 0);
    EXPECT_EQ (guest_call ({PSCI_AFFINITY_INFO_64, 1, 0}), PSCI_AFFINITY_ON);
    EXPECT_EQ (guest_call ({PSCI_CPU_ON_64, 1, vm_ram, 0}), PSCI_ALREADY_ON);
}

TEST_F (SpecPower, cpu_on_refuses_what_it_should) {
    enter (0);
    EXPECT_EQ (guest_call ({PSCI_CPU_ON_64, 2, 1, 0}), PSCI_INVALID_PARAMETERS) << "the target comes first";
    EXPECT_EQ (guest_call ({PSCI_CPU_ON_64, 1ULL << 32, vm_ram, 0}), PSCI_INVALID_PARAMETERS);
    EXPECT_EQ (guest_call ({PSCI_CPU_ON_64, 1, vm_ram + 2, 0}), PSCI_INVALID_ADDRESS);
    EXPECT_EQ (guest_call ({PSCI_CPU_ON_64, 1, vm_device, 0}), PSCI_INVALID_ADDRESS);
    EXPECT_EQ (guest_call ({PSCI_CPU_ON_64, 0, vm_device, 0}), PSCI_INVALID_ADDRESS) << "before whether it's on";
    EXPECT_EQ (guest_call ({PSCI_CPU_ON_64, 0, vm_ram, 0}), PSCI_ALREADY_ON);
}

TEST_F (SpecPower, cpu_on_of_32_bits_takes_no_more) {
    enter (0);
    constexpr std::uint64_t high = 0xffff'ffff'0000'0000;
    guest_call ({PSCI_CPU_ON_32, high | 1, high | vm_ram, high | 5}, 0, {.woken = 0b10});
    enter (1);
    EXPECT_EQ (last.set.at (RAVELIN_REGISTER_PC), vm_ram);
    EXPECT_EQ (last.set.at (RAVELIN_REGISTER_X0), 5);
}

TEST_F (SpecPower, cpu_on_wakes_nobody_else) {
    enter (0);
    const Specification before = spec;
    for (const std::uint64_t woken : {0b00U, 0b01U, 0b11U}) {
        spec = before;
        EXPECT_NE (spec.guest_call (0, {PSCI_CPU_ON_64, 1, vm_ram, 0}, {.woken = woken}).objection, "");
    }
}

TEST_F (SpecPower, a_vcpu_turns_itself_off) {
    enter (0);
    guest_call ({PSCI_CPU_OFF});
    EXPECT_TRUE (exited (RAVELIN_EXIT_OFF));
    enter (0);
    EXPECT_TRUE (exited (RAVELIN_EXIT_OFF));
}

TEST_F (SpecPower, one_that_is_turned_on_again_has_nothing_left) {
    enter (0);
    cpu_on ();
    enter (1, 1);
    (void)spec.guest_timer (1, {.which = TimerAccess::Register::control, .write = true, .value = 1}, {});
    guest_call ({PSCI_CPU_OFF}, 1);
    enter (0);
    cpu_on (vm_ram + 8, 9);
    EXPECT_EQ (call ({RAVELIN_VCPU_GET, vm, 1, RAVELIN_REGISTER_CNTP_CTL}, 2), RAVELIN_SUCCESS);
    EXPECT_EQ (last.x[1].value, 0) << "its timers are off";
    enter (1, 1);
    EXPECT_TRUE (last.begins);
    EXPECT_EQ (last.set.at (RAVELIN_REGISTER_PC), vm_ram + 8);
}

TEST_F (SpecPower, affinity_info_refuses_what_there_is_not) {
    enter (0);
    EXPECT_EQ (guest_call ({PSCI_AFFINITY_INFO_64, 2, 0}), PSCI_INVALID_PARAMETERS);
    EXPECT_EQ (guest_call ({PSCI_AFFINITY_INFO_64, 0, 1}), PSCI_INVALID_PARAMETERS);
    EXPECT_EQ (guest_call ({PSCI_AFFINITY_INFO_32, 1ULL << 32, 1ULL << 32}), PSCI_AFFINITY_ON);
    EXPECT_EQ (guest_call ({PSCI_MIGRATE_INFO_TYPE}), PSCI_NO_MIGRATION);
}

TEST_F (SpecPower, features_name_the_functions) {
    enter (0);
    for (const std::uint64_t function :
         {PSCI_CPU_SUSPEND_32, PSCI_CPU_SUSPEND_64, PSCI_CPU_OFF, PSCI_CPU_ON_32, PSCI_CPU_ON_64, PSCI_AFFINITY_INFO_32,
          PSCI_AFFINITY_INFO_64, PSCI_MIGRATE_INFO_TYPE, PSCI_SYSTEM_OFF, PSCI_SYSTEM_RESET}) {
        EXPECT_EQ (guest_call ({PSCI_FEATURES, function}), PSCI_SUCCESS) << std::hex << function;
    }
}

TEST_F (SpecPower, suspend_waits) {
    enter (0);
    EXPECT_EQ (guest_call ({PSCI_CPU_SUSPEND_64, 1U << 17}), PSCI_INVALID_PARAMETERS);
    EXPECT_EQ (guest_call ({PSCI_CPU_SUSPEND_64, 1U << 26}), PSCI_INVALID_PARAMETERS);
    guest_call ({PSCI_CPU_SUSPEND_64, 0x0301'ffff});
    EXPECT_EQ (last.answers, PSCI_SUCCESS);
    EXPECT_TRUE (last.x[1].value == RAVELIN_EXIT_WFI && last.x[2].value == ~0ULL);
}

TEST_F (SpecPower, a_vm_that_is_turned_off_takes_all_its_vcpus_with_it) {
    enter (0);
    cpu_on ();
    enter (0);
    enter (1, 1);
    guest_call ({PSCI_SYSTEM_OFF});
    EXPECT_TRUE (exited (RAVELIN_EXIT_SYSTEM_OFF));
    EXPECT_EQ (spec.resumes (1, {}), "") << "without a GIC nobody tells it before its next exit";
    guest_call ({PSCI_VERSION}, 1);
    EXPECT_EQ (last.next, Next::host) << "it leaves";
    enter (1, 1);
    EXPECT_TRUE (exited (RAVELIN_EXIT_OFF));
    EXPECT_EQ (set_power (vm, 1), RAVELIN_SUCCESS) << "the host may start a plain VM anew";
    enter (1, 1);
    EXPECT_EQ (last.next, Next::guest);
}

TEST_F (SpecPower, one_that_runs_still_when_it_is_turned_on_again_leaves_first) {
    enter (0);
    cpu_on ();
    enter (0);
    enter (1, 1);
    guest_call ({PSCI_SYSTEM_RESET});
    EXPECT_EQ (call ({RAVELIN_VCPU_SET, vm, 0, RAVELIN_REGISTER_POWER, 1}, 2), RAVELIN_SUCCESS);
    enter (0);
    cpu_on ();
    EXPECT_EQ (std::as_const (spec).state ().vm (vm)->vcpu (1)->power, Power::pending);
    EXPECT_EQ (broken_theorem (spec.state ()), "");
    last = spec.interrupt (1);
    EXPECT_EQ (last.next, Next::host);
    EXPECT_EQ (last.x[1].kind, ExpectedRegister::Kind::any) << "off, or what it came for";
    enter (1, 1);
    EXPECT_EQ (last.next, Next::guest);
    EXPECT_EQ (last.set.at (RAVELIN_REGISTER_PC), vm_ram + 0x100);
}

TEST_F (SpecPower, a_protected_vm_that_is_turned_off_stays_so) {
    vm = fed_vm (protected_one);
    make (vm);
    enter (0);
    guest_call ({PSCI_SYSTEM_RESET});
    EXPECT_TRUE (exited (RAVELIN_EXIT_SYSTEM_RESET));
    EXPECT_EQ (set_power (vm, 1), RAVELIN_DENIED);
    for (const std::uint64_t vcpu : {0U, 1U}) {
        enter (vcpu);
        EXPECT_TRUE (exited (RAVELIN_EXIT_OFF));
    }
}

TEST_F (SpecPower, the_host_sets_power_of_plain_vms) {
    EXPECT_EQ (set_power (vm, 2), RAVELIN_INVALID);
    EXPECT_EQ (set_power (vm, 1), RAVELIN_SUCCESS);
    EXPECT_EQ (power (), 1);
    EXPECT_EQ (set_power (vm, 0), RAVELIN_SUCCESS);
    EXPECT_EQ (power (), 0);
}

}  // namespace
}  // namespace ravelin::spec::test

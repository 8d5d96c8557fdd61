// SPDX-License-Identifier: BSD-2-Clause
// What a change of world must not carry over, and what it must.
#include "hyp/abi/psci.h"
#include "hyp/host/traps.hpp"
#include "tests/unit/hyp/vm_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace hal::sysreg;
using test::iss_permission;
using test::iss_write;
using test::VmMachine;

class VmSwitch : public testing::Test {
  protected:
    /// Gives the VM a second vCPU, which the first turns on.
    void make_second_vcpu () {
        ASSERT_EQ (machine.call ({RAVELIN_VCPU_CREATE, vm, 1, machine.pages (1), 0, 0, RAVELIN_VCPU_OFF}),
                   RAVELIN_SUCCESS);
        machine.enter (vm);
        ASSERT_EQ (machine.guest_call ({PSCI_CPU_ON_64, 1, VmMachine::ram, 0}), RAVELIN_SUCCESS) << "it's the host's";
    }

    /// Runs a vCPU until it's interrupted.
    void visit (std::uint64_t number = 0) {
        machine.enter (vm, number);
        machine.interrupt ();
    }

    /// How often the CPU has forgotten instructions because it entered vCPU @p number.
    [[nodiscard]] auto code_dropped_by (std::uint64_t number) -> std::uint64_t {
        const auto before = machine.hal ().code_dropped ();
        visit (number);
        return machine.hal ().code_dropped () - before;
    }

    /// Whether an SError waits for the host, which runs: HCR_EL2.VSE, and AMO, without which it's ignored.
    [[nodiscard]] auto system_error_waits () -> bool {
        const auto configuration = machine.hal ().read<hcr_el2> ();
        EXPECT_TRUE (hcr::amo.any (configuration) || !hcr::vse.any (configuration));
        return hcr::vse.any (configuration);
    }

    /// The host takes the SError that waits for it, which clears it.
    void take_system_error () { machine.hal ().write<hcr_el2> (machine.hal ().read<hcr_el2> () & ~hcr::vse.mask ()); }

    VmMachine machine;
    std::uint64_t vm{machine.make_vm (true)};
};
}  // namespace

TEST_F (VmSwitch, each_world_reads_its_own_affinity) {
    make_second_vcpu ();
    machine.enter (vm, 1);
    EXPECT_EQ (machine.hal ().read<vmpidr_el2> (), 0x8000'0001U);
    machine.interrupt ();
    EXPECT_EQ (machine.hal ().read<vmpidr_el2> (), machine.hal ().read<mpidr_el1> ());
    EXPECT_EQ (machine.hal ().read<vmpidr_el2> (), 0x8000'0000U);
}

TEST_F (VmSwitch, par_of_the_guest_survives_that_el2_asks_stage_1) {
    machine.enter (vm);
    machine.hal ().write<par_el1> (0x1234'5000);
    EXPECT_EQ (machine.guest_abort (VmMachine::ram, iss_permission | iss_write), Next::resume);
    EXPECT_EQ (machine.hal ().read<par_el1> (), 0x1234'5000U);
}

TEST_F (VmSwitch, instructions_that_another_vcpu_of_the_vm_left_in_the_cache_go_and_those_of_the_same_stay) {
    make_second_vcpu ();
    visit (0);
    EXPECT_EQ (code_dropped_by (0), 0U);
    EXPECT_EQ (code_dropped_by (1), 1U);
    EXPECT_EQ (code_dropped_by (1), 0U);
    EXPECT_EQ (code_dropped_by (0), 1U);
}

TEST_F (VmSwitch, system_error_while_the_host_runs_is_the_hosts) {
    machine.system_error ();
    EXPECT_TRUE (system_error_waits ());
}

TEST_F (VmSwitch, system_error_while_a_guest_runs_gives_the_cpu_to_the_host_and_is_its_own) {
    machine.enter (vm);
    machine.system_error ();
    EXPECT_FALSE (machine.in_guest ());
    EXPECT_EQ (machine.registers ().x[1], RAVELIN_EXIT_INTERRUPT);
    EXPECT_TRUE (system_error_waits ());
}

TEST_F (VmSwitch, system_error_that_the_host_has_not_taken_waits_while_guests_run_and_is_not_theirs) {
    machine.system_error ();
    machine.enter (vm);
    EXPECT_EQ (machine.hal ().read<hcr_el2> (), hcr::guest);
    machine.interrupt ();
    EXPECT_TRUE (system_error_waits ());
    visit ();
    EXPECT_TRUE (system_error_waits ());
}

TEST_F (VmSwitch, system_error_that_the_host_has_taken_does_not_come_again) {
    machine.enter (vm);
    machine.system_error ();
    take_system_error ();
    visit ();
    EXPECT_FALSE (system_error_waits ());
}

}  // namespace ravelin

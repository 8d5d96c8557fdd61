// SPDX-License-Identifier: BSD-2-Clause
#include "sim/check/spec_checker.hpp"
#include "sim/machine/violation.hpp"
#include "tests/unit/hyp/vm_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using sim::SpecChecker;
using sim::Violation;
using test::VmMachine;

class SpecCheckerTest : public testing::Test {
  protected:
    VmMachine machine;
    SpecChecker checker{machine.machine ()};
};
}  // namespace

TEST_F (SpecCheckerTest, everything_is_as_specified_at_each_step_of_a_vms_life) {
    const auto vm = machine.make_vm (true);
    checker.check_all ();
    EXPECT_EQ (machine.call ({RAVELIN_VM_DONATE, vm, VmMachine::ram, machine.pages (4), 4}), RAVELIN_SUCCESS);
    machine.enter (vm);
    checker.check_all ();
    machine.interrupt ();
    EXPECT_EQ (machine.call ({RAVELIN_VM_DESTROY, vm}), RAVELIN_SUCCESS);
    unsigned steps = 0;
    while (machine.call ({RAVELIN_VM_RECLAIM, vm}) == RAVELIN_AGAIN) {
        checker.check_all ();
        ++steps;
    }
    EXPECT_GE (steps, 2U) << "some steps are in the middle";
    checker.check_all ();
}

TEST_F (SpecCheckerTest, vcpu_goes_on_with_what_the_host_has_set) {
    const auto vm = machine.make_vm (false);
    machine.enter (vm);
    machine.interrupt ();
    EXPECT_EQ (machine.call ({RAVELIN_VCPU_SET, vm, 0, RAVELIN_REGISTER_X0 + 7, 42}), RAVELIN_SUCCESS);
    EXPECT_EQ (machine.call ({RAVELIN_VCPU_SET, vm, 0, RAVELIN_REGISTER_PC, 0x4000}), RAVELIN_SUCCESS);
    EXPECT_NO_THROW (machine.enter (vm));
    EXPECT_EQ (machine.registers ().x[7], 42U);
}

TEST_F (SpecCheckerTest, register_of_a_vcpu_that_changes_behind_its_back_is_found) {
    const auto vm = machine.make_vm (true);
    machine.enter (vm);
    machine.interrupt ();
    const auto *real = machine.machine ().hypervisor ().vms ().look_up (machine.hal (), vm);
    real->find_vcpu (machine.hal (), 0)->registers.x[9] = 42;
    EXPECT_THROW (machine.enter (vm), Violation);
}

TEST_F (SpecCheckerTest, page_that_changes_hands_behind_its_back_is_found) {
    auto &memory = machine.machine ().hypervisor ().vms ().host_memory ().at_rest ();
    memory.donate (machine.hal (), {Pa{machine.pages (1)}, page_size}, Owner::vm (3));
    EXPECT_THROW (checker.check_all (), Violation);
}

TEST_F (SpecCheckerTest, page_that_is_shared_behind_its_back_is_found) {
    const auto vm   = machine.make_vm (true);
    const auto page = machine.pages (1);
    EXPECT_EQ (machine.call ({RAVELIN_VM_DONATE, vm, VmMachine::ram, page, 1}), RAVELIN_SUCCESS);
    machine.machine ().hypervisor ().vms ().host_memory ().at_rest ().set_shared (machine.hal (), Pa{page}, true);
    EXPECT_THROW (checker.check_all (), Violation);
}

}  // namespace ravelin

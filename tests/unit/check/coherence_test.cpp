// SPDX-License-Identifier: BSD-2-Clause
// A page that changes hands is the same for every observer: the checker wants it, and Ravelin sees to it.
#include "hyp/abi/smccc.h"
#include "sim/check/spec_checker.hpp"
#include "tests/unit/hyp/vm_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using test::VmMachine;

/// A machine that is held to the specification: what isn't right is thrown out of the call.
class Coherence : public testing::Test {
  protected:
    [[nodiscard]] auto donate (std::uint64_t handle, std::uint64_t ipa, std::uint64_t pages = 1) -> std::int64_t {
        return machine.call ({RAVELIN_VM_DONATE, handle, ipa, machine.pages (pages, pages * page_size), pages});
    }

    VmMachine machine;
    sim::SpecChecker checker{machine.machine ()};
};
}  // namespace

TEST_F (Coherence, of_pages_that_a_vm_gets_before_and_after_it_runs) {
    const auto vm = machine.make_vm (true);
    EXPECT_EQ (donate (vm, VmMachine::ram), RAVELIN_SUCCESS);
    machine.enter (vm);
    machine.interrupt ();
    EXPECT_EQ (donate (vm, VmMachine::ram + page_size), RAVELIN_SUCCESS);
    EXPECT_EQ (donate (vm, VmMachine::ram + block_size, RAVELIN_BLOCK_PAGES), RAVELIN_SUCCESS);
}

TEST_F (Coherence, of_a_page_that_is_shared_and_not_any_more) {
    const auto vm = machine.make_vm (true);
    EXPECT_EQ (donate (vm, VmMachine::ram), RAVELIN_SUCCESS);
    machine.enter (vm);
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_SHARE, VmMachine::ram, 0, 0}), SMCCC_SUCCESS);
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_UNSHARE, VmMachine::ram, 0, 0}), SMCCC_SUCCESS);
}

TEST_F (Coherence, of_pages_that_are_lent_once_and_again) {
    const auto vm   = machine.make_vm (false);
    const auto page = machine.pages (1);
    for (const std::uint64_t ipa : {VmMachine::ram, VmMachine::ram + page_size}) {
        EXPECT_EQ (machine.call ({RAVELIN_VM_LEND, vm, ipa, page, 1, RAVELIN_WRITABLE}), RAVELIN_SUCCESS);
    }
}

TEST_F (Coherence, of_all_that_comes_back) {
    for (const bool is_protected : {true, false}) {
        const auto vm = machine.make_vm (is_protected);
        if (is_protected) { EXPECT_EQ (donate (vm, VmMachine::ram, 8), RAVELIN_SUCCESS); }
        machine.destroy (vm);
    }
    checker.check_all ();
}

}  // namespace ravelin

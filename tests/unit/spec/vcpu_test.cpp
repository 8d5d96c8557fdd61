// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/spec/small_host.hpp"

namespace ravelin::spec::test {
namespace {

class SpecVcpu : public SmallHost {
  protected:
    auto get (Handle handle, std::uint64_t number, std::uint64_t which) -> std::int64_t {
        return call ({RAVELIN_VCPU_GET, handle, number, which}, 1);
    }

    auto set (Handle handle, std::uint64_t number, std::uint64_t which, std::uint64_t value) -> std::int64_t {
        return call ({RAVELIN_VCPU_SET, handle, number, which, value}, 1);
    }

    Handle vm{fed_vm (plain)};
};

TEST_F (SpecVcpu, is_made_of_a_page) {
    const std::uint64_t pa = new_page ();
    EXPECT_EQ (call ({RAVELIN_VCPU_CREATE, vm, 1, pa, vm_ram, 5}), RAVELIN_SUCCESS);
    EXPECT_FALSE (host_reaches (pa));
    EXPECT_EQ (page (pa).use, Use::control);
}

TEST_F (SpecVcpu, create_refuses_what_it_should) {
    const std::uint64_t pa = new_page ();
    EXPECT_EQ (call ({RAVELIN_VCPU_CREATE, 0, 0, pa, vm_ram}), RAVELIN_INVALID);
    EXPECT_EQ (call ({RAVELIN_VCPU_CREATE, vm, 2, pa, vm_ram}), RAVELIN_INVALID) << "it may have two";
    EXPECT_EQ (call ({RAVELIN_VCPU_CREATE, vm, 0, pa + 8, vm_ram}), RAVELIN_INVALID);
    EXPECT_EQ (call ({RAVELIN_VCPU_CREATE, vm, 0, pa, vm_ram + 2}), RAVELIN_INVALID);
    EXPECT_EQ (call ({RAVELIN_VCPU_CREATE, vm, 0, ravelin_page, vm_ram}), RAVELIN_DENIED);
    EXPECT_EQ (call ({RAVELIN_VCPU_CREATE, vm, 0, pa, vm_ram}), RAVELIN_SUCCESS);
    EXPECT_EQ (call ({RAVELIN_VCPU_CREATE, vm, 0, pa, vm_ram}), RAVELIN_DENIED) << "whose page it is comes first";
    EXPECT_EQ (create_vcpu (vm, 0), RAVELIN_EXISTS);
    run (vm);
    interrupt ();
    EXPECT_EQ (create_vcpu (vm, 1), RAVELIN_DENIED) << "the VM isn't new";
}

TEST_F (SpecVcpu, run_puts_the_cpu_into_it) {
    EXPECT_EQ (create_vcpu (vm), RAVELIN_SUCCESS);
    EXPECT_EQ (spec.state ().vms.at (vm).phase, Phase::fresh);
    (void)call ({RAVELIN_VCPU_RUN, vm, 0}, 1);
    EXPECT_EQ (last.next, Next::guest);
    EXPECT_EQ (last.enters, (VcpuName{vm, 0}));
    EXPECT_EQ (last.delivers, std::nullopt);
    EXPECT_EQ (spec.state ().cpus[1], (VcpuName{vm, 0}));
    EXPECT_EQ (spec.state ().vms.at (vm).phase, Phase::started);
}

TEST_F (SpecVcpu, run_refuses_what_it_should) {
    EXPECT_EQ (call ({RAVELIN_VCPU_RUN, 0, 0}), RAVELIN_INVALID);
    EXPECT_EQ (call ({RAVELIN_VCPU_RUN, vm, 0}), RAVELIN_INVALID);
    EXPECT_EQ (call ({RAVELIN_VCPU_RUN, vm, 100}), RAVELIN_INVALID);
    start (vm);
    EXPECT_EQ (call ({RAVELIN_VCPU_RUN, vm, 0}, 1), RAVELIN_BUSY);
    EXPECT_EQ (call ({RAVELIN_VM_DESTROY, vm}, 1), RAVELIN_SUCCESS);
    EXPECT_EQ (call ({RAVELIN_VCPU_RUN, vm, 0}, 1), RAVELIN_DENIED) << "dying is said before busy";
}

TEST_F (SpecVcpu, two_cpus_run_two_of_a_vm) {
    EXPECT_EQ (create_vcpu (vm, 0), RAVELIN_SUCCESS);
    EXPECT_EQ (create_vcpu (vm, 1), RAVELIN_SUCCESS);
    (void)call ({RAVELIN_VCPU_RUN, vm, 1}, 0);
    (void)call ({RAVELIN_VCPU_RUN, vm, 0}, 1);
    EXPECT_EQ (spec.state ().cpus[0], (VcpuName{vm, 1}));
    EXPECT_EQ (spec.state ().cpus[1], (VcpuName{vm, 0}));
    EXPECT_EQ (broken_theorem (spec.state ()), "");
}

TEST_F (SpecVcpu, an_interrupt_ends_the_run_and_clears_what_the_exit_does_not_say) {
    start (vm);
    interrupt ();
    EXPECT_TRUE (exited (RAVELIN_EXIT_INTERRUPT));
    EXPECT_EQ (spec.state ().cpus[0], std::nullopt);
    run (vm);
}

TEST_F (SpecVcpu, a_wait_for_interrupts_ends_the_run) {
    start (vm);
    last = spec.guest_waits (0);
    EXPECT_TRUE (exited (RAVELIN_EXIT_WFI, ~0ULL)) << "no timer runs";
}

TEST_F (SpecVcpu, one_that_runs_when_its_vm_is_destroyed_goes_on_until_it_exits) {
    start (vm);
    EXPECT_EQ (call ({RAVELIN_VM_DESTROY, vm}, 1), RAVELIN_SUCCESS);
    EXPECT_EQ (guest_call ({PSCI_VERSION}), PSCI_VERSION_1_1);
    EXPECT_EQ (last.next, Next::guest);
    interrupt ();
    EXPECT_EQ (call ({RAVELIN_VCPU_RUN, vm, 0}), RAVELIN_DENIED);
}

TEST_F (SpecVcpu, steps_belong_to_who_runs) {
    EXPECT_THROW ((void)spec.interrupt (0), std::logic_error);
    start (vm);
    EXPECT_THROW ((void)spec.host_call (0, {RAVELIN_VM_DESTROY, vm}), std::logic_error);
}

TEST_F (SpecVcpu, begins_with_the_registers_that_it_was_made_with) {
    EXPECT_EQ (call ({RAVELIN_VCPU_CREATE, vm, 0, new_page (), vm_ram + 4, 5}), RAVELIN_SUCCESS);
    EXPECT_EQ (get (vm, 0, RAVELIN_REGISTER_PC), RAVELIN_SUCCESS);
    EXPECT_EQ (last.x[1].value, vm_ram + 4);
    EXPECT_EQ (get (vm, 0, RAVELIN_REGISTER_X0), RAVELIN_SUCCESS);
    EXPECT_EQ (last.x[1].value, 5);
    EXPECT_EQ (get (vm, 0, RAVELIN_REGISTER_V0_LOW), RAVELIN_SUCCESS);
    EXPECT_EQ (last.x[1], (ExpectedRegister{ExpectedRegister::Kind::value, 0}));
    EXPECT_EQ (get (vm, 0, RAVELIN_REGISTER_PSTATE), RAVELIN_SUCCESS);
    EXPECT_EQ (last.x[1].kind, ExpectedRegister::Kind::any);
}

TEST_F (SpecVcpu, get_returns_what_was_set_until_it_has_run) {
    EXPECT_EQ (create_vcpu (vm), RAVELIN_SUCCESS);
    EXPECT_EQ (set (vm, 0, RAVELIN_REGISTER_FAR_EL1, 77), RAVELIN_SUCCESS);
    EXPECT_EQ (get (vm, 0, RAVELIN_REGISTER_FAR_EL1), RAVELIN_SUCCESS);
    EXPECT_EQ (last.x[1], (ExpectedRegister{ExpectedRegister::Kind::value, 77}));
    run (vm);
    interrupt ();
    EXPECT_EQ (get (vm, 0, RAVELIN_REGISTER_FAR_EL1), RAVELIN_SUCCESS);
    EXPECT_EQ (last.x[1].kind, ExpectedRegister::Kind::any);
    EXPECT_EQ (get (vm, 0, RAVELIN_REGISTER_TCR_EL1), RAVELIN_SUCCESS);
    EXPECT_EQ (last.x[1].kind, ExpectedRegister::Kind::any);
}

TEST_F (SpecVcpu, pstate_is_of_el0_or_el1) {
    EXPECT_EQ (create_vcpu (vm), RAVELIN_SUCCESS);
    for (const unsigned mode : {0x0U, 0x4U, 0x5U, 0x10U}) {
        EXPECT_EQ (set (vm, 0, RAVELIN_REGISTER_PSTATE, 0x3c0 | mode), RAVELIN_SUCCESS) << mode;
    }
    for (const unsigned mode : {0x1U, 0x8U, 0x9U, 0xcU, 0xdU, 0x11U, 0x13U, 0x1aU, 0x1fU}) {
        EXPECT_EQ (set (vm, 0, RAVELIN_REGISTER_PSTATE, 0x3c0 | mode), RAVELIN_INVALID) << mode;
    }
}

TEST_F (SpecVcpu, get_and_set_refuse_what_they_should) {
    const Handle other = fed_vm (protected_one);
    EXPECT_EQ (create_vcpu (vm), RAVELIN_SUCCESS);
    EXPECT_EQ (create_vcpu (other), RAVELIN_SUCCESS);
    EXPECT_EQ (get (0, 0, 0), RAVELIN_INVALID);
    EXPECT_EQ (set (0, 0, 0, 0), RAVELIN_INVALID);
    EXPECT_EQ (get (vm, 1, 0), RAVELIN_INVALID) << "it wasn't made";
    EXPECT_EQ (set (vm, 1, 0, 0), RAVELIN_INVALID);
    for (const std::uint64_t none : {128ULL, ~0ULL}) {
        EXPECT_EQ (get (vm, 0, none), RAVELIN_INVALID) << none;
        EXPECT_EQ (set (vm, 0, none, 0), RAVELIN_INVALID) << none;
    }
    EXPECT_EQ (get (vm, 0, 127), RAVELIN_SUCCESS);
    EXPECT_EQ (get (other, 0, 0), RAVELIN_DENIED);
    EXPECT_EQ (set (other, 0, 0, 0), RAVELIN_DENIED);
    EXPECT_EQ (set (other, 0, RAVELIN_REGISTER_PSTATE, 9), RAVELIN_INVALID);
    run (vm);
    EXPECT_EQ (get (vm, 0, 0), RAVELIN_BUSY);
    EXPECT_EQ (set (vm, 0, 0, 0), RAVELIN_BUSY);
    EXPECT_EQ (call ({RAVELIN_VM_DESTROY, vm}, 1), RAVELIN_SUCCESS);
    EXPECT_EQ (get (vm, 0, 0), RAVELIN_DENIED);
    EXPECT_EQ (set (vm, 0, 0, 0), RAVELIN_DENIED);
}

}  // namespace
TEST_F (SpecVcpu, protected_vms_begin_in_firmware_with_their_first) {
    const Handle vm = fed_vm (protected_one);
    const auto made = [&] (std::uint64_t number, std::uint64_t pc, std::uint64_t flags) {
        return call ({RAVELIN_VCPU_CREATE, vm, number, new_page (), pc, 5, flags});
    };
    EXPECT_EQ (made (0, vm_firmware, 0), RAVELIN_INVALID) << "its pages aren't there";
    const auto pages = new_page (RAVELIN_FIRMWARE_PAGES);
    EXPECT_EQ (donate (vm, vm_firmware, pages, RAVELIN_FIRMWARE_PAGES), RAVELIN_SUCCESS);
    EXPECT_EQ (made (0, vm_firmware + page_bytes, 0), RAVELIN_INVALID) << "one isn't";
    EXPECT_EQ (made (0, vm_firmware + 4, 0), RAVELIN_INVALID);
    EXPECT_EQ (made (0, vm_firmware, RAVELIN_VCPU_OFF), RAVELIN_INVALID);
    EXPECT_EQ (made (1, vm_firmware, 0), RAVELIN_INVALID);
    EXPECT_EQ (made (1, vm_ram, RAVELIN_VCPU_OFF), RAVELIN_SUCCESS);
    EXPECT_EQ (made (0, vm_firmware, 0), RAVELIN_SUCCESS);
    EXPECT_EQ (page (pages).contents, Contents::firmware);
    EXPECT_EQ (page (pages + (RAVELIN_FIRMWARE_PAGES - 1) * page_bytes).contents, Contents::firmware);
    run (vm);
    EXPECT_EQ (last.set.at (RAVELIN_REGISTER_PC), vm_firmware + RAVELIN_FIRMWARE_ENTRY);
    EXPECT_EQ (last.set.at (RAVELIN_REGISTER_X0), 0U);
    EXPECT_EQ (page (pages).contents, Contents::told);
}

TEST_F (SpecVcpu, firmware_refuses_for_good) {
    start (fed_vm (protected_one));
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_REFUSE, 1ULL << 32}), SMCCC_INVALID_PARAMETER);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_REFUSE, 3, 1}), SMCCC_INVALID_PARAMETER);
    (void)guest_call ({RAVELIN_GUEST_REFUSE, 3});
    EXPECT_TRUE (exited (RAVELIN_EXIT_REFUSED, 3));
    start (fed_vm (plain));
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_REFUSE, 3}), SMCCC_NOT_SUPPORTED);
}

}  // namespace ravelin::spec::test

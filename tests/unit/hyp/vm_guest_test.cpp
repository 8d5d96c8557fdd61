// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "hyp/host/traps.hpp"
#include "tests/unit/hyp/vm_guest.hpp"

namespace ravelin {

namespace {
using namespace hal::sysreg;
using test::VmGuest;
using test::VmMachine;

constexpr std::uint64_t device  = 0x0900'0000;
constexpr std::uint64_t vectors = 0x4001'0000;

/// The syndrome of an MRS or MSR.
[[nodiscard]] constexpr auto iss_register (hal::SystemRegister which, bool read, std::uint64_t number)
    -> std::uint64_t {
    using namespace esr::access;
    return op0.put (which.op0) | op1.put (which.op1) | crn.put (which.crn) | crm.put (which.crm) | op2.put (which.op2) |
           target.put (number) | (read ? 1 : 0);
}
}  // namespace

TEST_F (VmGuest, begins_in_its_firmware_with_nothing_of_the_hosts) {
    for (unsigned i = 0; i < 31; ++i) {
        machine.registers ().x[i] = 0x1000 + i;
    }
    machine.hal ().write<tpidr_el1> (0x5ec7e7);
    machine.enter (vm);

    EXPECT_EQ (machine.hal ().read<elr_el2> (), VmMachine::entry);
    EXPECT_EQ (machine.hal ().read<spsr_el2> (), 0x3c5U);
    for (unsigned i = 0; i < 31; ++i) {
        EXPECT_EQ (x (i), 0U) << i;
    }
    EXPECT_EQ (machine.hal ().read<tpidr_el1> (), 0U);
    EXPECT_EQ (machine.hal ().read<sctlr_el1> (), 0x30d0'0800U);
    EXPECT_EQ (machine.hal ().read<vmpidr_el2> (), 0x8000'0000U);
    EXPECT_EQ (machine.hal ().read<hcr_el2> (), 0x803c'263bU)
        << "RW, TACR, TIDCP, TSC, TID3, TWI, BSU inner shareable, FB, AMO, IMO, FMO, SWIO, VM";
    EXPECT_EQ (machine.hal ().read<cptr_el2> (), 0x10'37ffU) << "TTA, TFP";
    EXPECT_EQ (machine.hal ().read<cnthctl_el2> (), 1U) << "EL1PCTEN";
    EXPECT_EQ (machine.hal ().read<mdcr_el2> () & ~0x1fULL, 0xe60U) << "TDRA, TDOSA, TDA, TPM, TPMCR";
}

TEST_F (VmGuest, leaves_the_host_all_but_the_results_of_its_call) {
    auto &hal = machine.hal ();
    for (unsigned i = 0; i < 31; ++i) {
        machine.registers ().x[i] = 0x1000 + i;
    }
    hal.write<tpidr_el1> (0x1111);
    hal.write<ttbr0_el1> (0x2222);
    hal.write<sctlr_el1> (0x3333);
    hal.write<tcr_el1> (0x4444);
    hal.write<elr_el2> (0x4040'0008);
    hal.write<spsr_el2> (pstate::el1h);
    hal.write<mdscr_el1> (0x5555);
    const auto vttbr = hal.read<vttbr_el2> ();
    const auto vtcr  = hal.read<vtcr_el2> ();

    machine.enter (vm);
    for (unsigned i = 0; i < 31; ++i) {
        machine.registers ().x[i] = 0x9000 + i;
    }
    hal.write<tpidr_el1> (0x9999);
    EXPECT_EQ (hal.read<mdscr_el1> (), 0U);
    machine.interrupt ();

    expect_exit (RAVELIN_EXIT_INTERRUPT);
    for (unsigned i = 5; i < 31; ++i) {
        EXPECT_EQ (x (i), 0x1000 + i) << i;
    }
    EXPECT_EQ (hal.read<tpidr_el1> (), 0x1111U);
    EXPECT_EQ (hal.read<ttbr0_el1> (), 0x2222U);
    EXPECT_EQ (hal.read<sctlr_el1> (), 0x3333U);
    EXPECT_EQ (hal.read<tcr_el1> (), 0x4444U);
    EXPECT_EQ (hal.read<mdscr_el1> (), 0x5555U);
    EXPECT_EQ (hal.read<elr_el2> (), 0x4040'0008U);
    EXPECT_EQ (hal.read<spsr_el2> (), pstate::el1h);
    EXPECT_EQ (hal.read<vttbr_el2> (), vttbr);
    EXPECT_EQ (hal.read<vtcr_el2> (), vtcr);
    EXPECT_EQ (hal.read<hcr_el2> (), hcr::host);
    EXPECT_EQ (hal.read<cptr_el2> (), cptr::host);
    EXPECT_EQ (hal.read<cnthctl_el2> (), cnthctl::host);
    EXPECT_EQ (hal.read<mdcr_el2> () & mdcr::guest, mdcr::host);
}

TEST_F (VmGuest, goes_on_with_the_registers_that_it_had) {
    machine.enter (vm);
    for (unsigned i = 0; i < 31; ++i) {
        machine.registers ().x[i] = 0x9000 + i;
    }
    machine.hal ().write<sp_el0> (0x1111);
    machine.hal ().write<sp_el1> (0x2222);
    machine.hal ().write<elr_el2> (0x4000'1000);
    machine.interrupt ();
    machine.hal ().write<sp_el0> (0);
    machine.hal ().write<sp_el1> (0);
    machine.enter (vm);

    for (unsigned i = 0; i < 31; ++i) {
        EXPECT_EQ (x (i), 0x9000 + i) << i;
    }
    EXPECT_EQ (machine.hal ().read<sp_el0> (), 0x1111U);
    EXPECT_EQ (machine.hal ().read<sp_el1> (), 0x2222U);
    EXPECT_EQ (machine.hal ().read<elr_el2> (), 0x4000'1000U);
}

TEST_F (VmGuest, fp_registers_change_hands_when_they_are_used_and_come_back) {
    auto &hal = machine.hal ();
    fill_fp (0x4057);
    machine.enter (vm);
    EXPECT_EQ (machine.guest_trap (esr::Class::fp, 0), Next::resume);
    EXPECT_EQ (hal.read<cptr_el2> (), cptr::guest_with_fp);
    EXPECT_EQ (fp ().halves[63], 0U);
    fill_fp (0x6e57);
    machine.interrupt ();
    EXPECT_EQ (fp ().halves[63], 0x4057U);

    machine.enter (vm);
    EXPECT_EQ (hal.read<cptr_el2> (), cptr::guest);
    EXPECT_EQ (machine.guest_trap (esr::Class::fp, 0), Next::resume);
    EXPECT_EQ (fp ().halves[0], 0x6e57U);
}

TEST_F (VmGuest, fp_registers_of_the_host_stay_where_a_guest_uses_none) {
    machine.enter (vm);
    EXPECT_EQ (machine.guest_trap (esr::Class::fp, 0), Next::resume);
    fill_fp (0x6e57);
    machine.interrupt ();
    // It has others by the time that the guest, which had some once, runs again.
    fill_fp (0x4057);
    machine.enter (vm);
    machine.interrupt ();
    EXPECT_EQ (fp ().halves[63], 0x4057U);
    machine.enter (vm);
    EXPECT_EQ (machine.guest_trap (esr::Class::fp, 0), Next::resume);
    EXPECT_EQ (fp ().halves[63], 0x6e57U);
}

TEST_F (VmGuest, each_vm_has_a_stage_2_of_its_own_width) {
    for (const unsigned bits : {32U, 36U, 40U}) {
        const auto other = machine.make_vm (false, bits);
        machine.enter (other);
        EXPECT_EQ (machine.hal ().read<vtcr_el2> (), vtcr (bits));
        machine.interrupt ();
        EXPECT_EQ (machine.hal ().read<vtcr_el2> (), HostStage2::vtcr ());
    }
}

TEST_F (VmGuest, wfi_gives_the_cpu_to_the_host) {
    machine.enter (vm);
    static_cast<void> (machine.guest_trap (esr::Class::wait, 0));
    expect_exit (RAVELIN_EXIT_WFI, ~0ULL);
    machine.enter (vm);
    EXPECT_EQ (machine.hal ().read<elr_el2> (), VmMachine::entry + 4);
}

TEST_F (VmGuest, id_registers_show_what_guests_have) {
    constexpr hal::SystemRegister id_aa64pfr0_el1{3, 0, 0, 4, 0};
    constexpr hal::SystemRegister id_aa64dfr0_el1{3, 0, 0, 5, 0};
    machine.enter (vm);
    const auto read = [&] (hal::SystemRegister which) {
        EXPECT_EQ (machine.guest_trap (esr::Class::system_register, iss_register (which, true, 3)), Next::resume);
        return x (3);
    };
    EXPECT_EQ (read (id_aa64pfr0_el1) & 0xfff0, 0x10U);
    EXPECT_EQ (read (id_aa64dfr0_el1), 0x1030'5006U);
    EXPECT_EQ (read (id_aa64mmfr0_el1) & 0xf, 2U);
    EXPECT_EQ (machine.hal ().read<elr_el2> (), VmMachine::entry + 12);
}

TEST_F (VmGuest, id_registers_without_a_name_are_zero_and_those_of_aarch32_the_machines) {
    const auto told = [&] (std::uint64_t crm, std::uint64_t op2) {
        EXPECT_EQ (machine.call ({RAVELIN_ID_REGISTER, crm << 3 | op2, 40}), RAVELIN_SUCCESS);
        return x (1);
    };
    for (const auto &[crm, op2] : {std::pair{4U, 2U},
                                   {4U, 3U},
                                   {4U, 4U},
                                   {4U, 5U},
                                   {4U, 7U},
                                   {5U, 1U},
                                   {5U, 4U},
                                   {5U, 5U},
                                   {6U, 2U},
                                   {6U, 7U},
                                   {7U, 3U},
                                   {7U, 4U}}) {
        EXPECT_EQ (told (crm, op2), 0U) << crm << ", " << op2;
    }
    for (unsigned op2 = 0; op2 < 8; ++op2) {
        EXPECT_EQ (told (2, op2), machine.hal ().id_register (2, op2)) << op2;
        EXPECT_EQ (told (3, op2), machine.hal ().id_register (3, op2)) << op2;
    }
    EXPECT_NE (told (2, 0), 0U);
}

TEST_F (VmGuest, id_registers_are_known_to_the_host) {
    for (const std::uint64_t bits : {32U, 36U, 40U}) {
        const auto other = machine.make_vm (false, bits);
        for (std::uint8_t number = 8; number < 64; ++number) {
            const hal::SystemRegister which{3, 0, 0, static_cast<std::uint8_t> (number >> 3U),
                                            static_cast<std::uint8_t> (number & 7U)};
            EXPECT_EQ (machine.call ({RAVELIN_ID_REGISTER, number, bits}), RAVELIN_SUCCESS);
            const auto told = x (1);
            machine.enter (other);
            static_cast<void> (machine.guest_trap (esr::Class::system_register, iss_register (which, true, 3)));
            EXPECT_EQ (x (3), told) << unsigned{number};
            machine.interrupt ();
        }
    }
    for (const std::uint64_t none : {0U, 7U, 64U, 1U << 31U}) {
        EXPECT_EQ (machine.call ({RAVELIN_ID_REGISTER, none, 40}), RAVELIN_INVALID) << none;
    }
    for (const std::uint64_t bits : {0U, 31U, 41U}) {
        EXPECT_EQ (machine.call ({RAVELIN_ID_REGISTER, 8, bits}), RAVELIN_INVALID) << bits;
    }
}

TEST_F (VmGuest, debug_registers_are_there_and_do_nothing) {
    constexpr hal::SystemRegister dbgbvr0_el1{2, 0, 0, 0, 4};
    machine.enter (vm);
    machine.registers ().x[3] = 0x2000;
    static_cast<void> (machine.guest_trap (esr::Class::system_register, iss_register (mdscr_el1, false, 3)));
    static_cast<void> (machine.guest_trap (esr::Class::system_register, iss_register (dbgbvr0_el1, false, 3)));
    EXPECT_EQ (machine.hal ().read<mdscr_el1> (), 0U);
    static_cast<void> (machine.guest_trap (esr::Class::system_register, iss_register (mdscr_el1, true, 4)));
    static_cast<void> (machine.guest_trap (esr::Class::system_register, iss_register (dbgbvr0_el1, true, 5)));
    EXPECT_EQ (x (4), 0x2000U);
    EXPECT_EQ (x (5), 0U);
}

TEST_F (VmGuest, register_that_it_may_not_have_is_undefined_and_keeps_its_destination) {
    constexpr hal::SystemRegister pmccntr_el0{3, 3, 9, 13, 0};
    constexpr hal::SystemRegister behind_cntp{3, 3, 14, 2, 3};
    for (const auto which : {pmccntr_el0, behind_cntp}) {
        machine.enter (vm);
        machine.hal ().write<vbar_el1> (vectors);
        machine.registers ().x[3] = 0x77;
        const auto from           = machine.hal ().read<elr_el2> ();
        EXPECT_EQ (machine.guest_trap (esr::Class::system_register, iss_register (which, true, 3)), Next::resume);
        EXPECT_EQ (taken (), esr::Class::unknown);
        EXPECT_EQ (machine.hal ().read<elr_el1> (), from);
        EXPECT_EQ (x (3), 0x77U);
        machine.interrupt ();
    }
}

TEST_F (VmGuest, calls_are_answered_without_the_host) {
    machine.enter (vm);
    EXPECT_EQ (machine.guest_call ({PSCI_VERSION}), PSCI_VERSION_1_1);
    EXPECT_EQ (machine.guest_call ({SMCCC_VERSION}), SMCCC_VERSION_1_1);
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_FEATURES, 7, 7, 7}), 0x9d);
    for (const unsigned rest : {1U, 2U, 3U}) {
        EXPECT_EQ (x (rest), 0U);
    }
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_MEMINFO, 0, 0, 0}), 4096);
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_MEMINFO, 1, 0, 0}), SMCCC_INVALID_PARAMETER);
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_MMIO_GUARD, device, 0, 0}), SMCCC_SUCCESS);
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_MMIO_GUARD, VmMachine::ram, 0, 0}), SMCCC_INVALID_PARAMETER);
    EXPECT_EQ (machine.guest_call ({RAVELIN_VM_DESTROY, vm}), SMCCC_NOT_SUPPORTED);
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_CALL_UID}), 0xb66f'b428);
    EXPECT_EQ (x (3), 0x743a'004dU);
    EXPECT_TRUE (machine.in_guest ());
}

TEST_F (VmGuest, sharing_a_page_that_is_not_there_asks_for_it_first) {
    machine.enter (vm);
    machine.hal ().write<elr_el2> (VmMachine::ram + 4);
    static_cast<void> (machine.guest_call ({RAVELIN_GUEST_SHARE, VmMachine::ram, 0, 0}));
    expect_exit (RAVELIN_EXIT_PAGE, VmMachine::ram);
    machine.enter (vm);
    EXPECT_EQ (machine.hal ().read<elr_el2> (), VmMachine::ram);
    EXPECT_EQ (x (0), RAVELIN_GUEST_SHARE);
}

TEST_F (VmGuest, vcpu_runs_on_one_cpu_at_a_time) {
    VmMachine two{{.cpus = 2}};
    const auto other = two.make_vm (true);
    two.enter (other);
    // Still in the guest: what the host would do on another CPU, its hypervisor is asked for directly.
    auto &vms = two.machine ().hypervisor ().vms ();
    World idle;
    GuestInterrupts unused{};
    const auto call = [&] (std::uint64_t function) {
        Registers registers{{function, other}};
        static_cast<void> (function == RAVELIN_VCPU_RUN ? vms.run (two.hal (1), idle, registers)
                                                        : vms.call (two.hal (1), unused, registers));
        return static_cast<std::int64_t> (registers.x[0]);
    };
    EXPECT_EQ (call (RAVELIN_VCPU_RUN), RAVELIN_BUSY);
    EXPECT_EQ (call (RAVELIN_VM_DESTROY), RAVELIN_SUCCESS);
    EXPECT_EQ (call (RAVELIN_VM_RECLAIM), RAVELIN_BUSY);
    two.interrupt ();
    EXPECT_EQ (two.run (other), RAVELIN_DENIED);
    two.destroy (other);
}

TEST_F (VmGuest, registers_of_a_plain_vm_are_the_hosts_to_read_and_write_and_no_others) {
    const auto plain = machine.make_vm (false);
    EXPECT_EQ (machine.call ({RAVELIN_VCPU_SET, plain, 0, RAVELIN_REGISTER_X0 + 7, 42}), RAVELIN_SUCCESS);
    EXPECT_EQ (machine.call ({RAVELIN_VCPU_GET, plain, 0, RAVELIN_REGISTER_X0 + 7}), RAVELIN_SUCCESS);
    EXPECT_EQ (x (1), 42U);
    EXPECT_EQ (machine.call ({RAVELIN_VCPU_SET, plain, 0, RAVELIN_REGISTER_PSTATE, 0x3c9}), RAVELIN_INVALID);
    EXPECT_EQ (machine.call ({RAVELIN_VCPU_SET, plain, 0, RAVELIN_REGISTER_PSTATE, 0x13}), RAVELIN_INVALID);
    EXPECT_EQ (machine.call ({RAVELIN_VCPU_GET, plain, 0, RAVELIN_REGISTERS}), RAVELIN_INVALID);
    EXPECT_EQ (machine.call ({RAVELIN_VCPU_GET, vm, 0, RAVELIN_REGISTER_PC}), RAVELIN_DENIED);
    EXPECT_EQ (machine.call ({RAVELIN_VCPU_SET, vm, 0, RAVELIN_REGISTER_PC, 0}), RAVELIN_DENIED);
    machine.enter (plain);
    EXPECT_EQ (x (7), 42U);
}

TEST_F (VmGuest, what_the_host_sets_of_el1_is_in_the_register_of_that_name) {
    const auto plain = machine.make_vm (false);
    for (std::uint64_t which = RAVELIN_REGISTER_CPACR_EL1; which < RAVELIN_REGISTER_MDSCR_EL1; ++which) {
        ASSERT_EQ (machine.call ({RAVELIN_VCPU_SET, plain, 0, which, which << 40}), RAVELIN_SUCCESS);
    }
    machine.enter (plain);
    const auto expect = [] (std::uint64_t which, std::uint64_t value) {
        EXPECT_EQ (value, which << 40);
    };
    auto &cpu = machine.hal ();
    expect (RAVELIN_REGISTER_CPACR_EL1, cpu.read<cpacr_el1> ());
    expect (RAVELIN_REGISTER_CSSELR_EL1, cpu.read<csselr_el1> ());
    expect (RAVELIN_REGISTER_TTBR0_EL1, cpu.read<ttbr0_el1> ());
    expect (RAVELIN_REGISTER_TTBR1_EL1, cpu.read<ttbr1_el1> ());
    expect (RAVELIN_REGISTER_SPSR_EL1, cpu.read<spsr_el1> ());
    expect (RAVELIN_REGISTER_ELR_EL1, cpu.read<elr_el1> ());
    expect (RAVELIN_REGISTER_SP_EL0, cpu.read<sp_el0> ());
    expect (RAVELIN_REGISTER_SP_EL1, cpu.read<sp_el1> ());
    expect (RAVELIN_REGISTER_AFSR0_EL1, cpu.read<afsr0_el1> ());
    expect (RAVELIN_REGISTER_AFSR1_EL1, cpu.read<afsr1_el1> ());
    expect (RAVELIN_REGISTER_ESR_EL1, cpu.read<esr_el1> ());
    expect (RAVELIN_REGISTER_FAR_EL1, cpu.read<far_el1> ());
    expect (RAVELIN_REGISTER_PAR_EL1, cpu.read<par_el1> ());
    expect (RAVELIN_REGISTER_MAIR_EL1, cpu.read<mair_el1> ());
    expect (RAVELIN_REGISTER_AMAIR_EL1, cpu.read<amair_el1> ());
    expect (RAVELIN_REGISTER_VBAR_EL1, cpu.read<vbar_el1> ());
    expect (RAVELIN_REGISTER_CONTEXTIDR, cpu.read<contextidr_el1> ());
    expect (RAVELIN_REGISTER_TPIDR_EL1, cpu.read<tpidr_el1> ());
    expect (RAVELIN_REGISTER_TPIDR_EL0, cpu.read<tpidr_el0> ());
    expect (RAVELIN_REGISTER_TPIDRRO, cpu.read<tpidrro_el0> ());
    expect (RAVELIN_REGISTER_CNTKCTL, cpu.read<cntkctl_el1> ());
    expect (RAVELIN_REGISTER_SCTLR_EL1, cpu.read<sctlr_el1> ());
    expect (RAVELIN_REGISTER_TCR_EL1, cpu.read<tcr_el1> ());
}

TEST_F (VmGuest, deadline_of_the_host_is_kept_while_the_guest_runs) {
    auto &hal = machine.hal ();
    hal.write<cntv_cval_el0> (12345);
    hal.write<cntv_ctl_el0> (1);
    machine.enter (vm);
    EXPECT_EQ (hal.read<cntv_ctl_el0> () & 3, 0U);
    EXPECT_EQ (hal.read<cnthp_cval_el2> (), 12345U);
    EXPECT_EQ (hal.read<cnthp_ctl_el2> () & 3, 1U);
    machine.interrupt ();
    EXPECT_EQ (hal.read<cntv_cval_el0> (), 12345U);
    EXPECT_EQ (hal.read<cntv_ctl_el0> () & 3, 1U);
    EXPECT_EQ (hal.read<cnthp_ctl_el2> () & 1, 0U);
}

}  // namespace ravelin

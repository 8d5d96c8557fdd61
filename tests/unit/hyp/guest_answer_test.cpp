// SPDX-License-Identifier: BSD-2-Clause

// What a guest is answered without the host: calls about calls, registers that trap, and faults that are its own.

#include "hyp/abi/smccc.h"
#include "hyp/host/traps.hpp"
#include "tests/unit/hyp/vm_machine.hpp"

#include <gtest/gtest.h>
#include <utility>

namespace ravelin {

namespace {
using namespace hal::sysreg;
using test::iss_permission;
using test::iss_transfer;
using test::iss_translation;
using test::iss_write;
using test::VmMachine;

constexpr std::uint64_t device = 0x0900'0000;

class GuestAnswer : public testing::Test {
  protected:
    GuestAnswer () { machine.enter (vm); }

    [[nodiscard]] auto x (unsigned number) -> std::uint64_t { return machine.registers ().x[number]; }

    /// An access to a system register; false if it was UNDEFINED to the guest.
    auto access (hal::SystemRegister which, bool read) -> bool {
        using namespace esr::access;
        const auto from = machine.hal ().read<elr_el2> ();
        static_cast<void> (machine.guest_trap (esr::Class::system_register,
                                               op0.put (which.op0) | op1.put (which.op1) | crn.put (which.crn) |
                                                   crm.put (which.crm) | op2.put (which.op2) | target.put (3) |
                                                   (read ? 1 : 0)));
        return machine.hal ().read<elr_el2> () == from + 4;
    }

    /// The exception that the guest took at last.
    [[nodiscard]] auto taken () -> esr::Class { return esr::class_of (machine.hal ().read<esr_el1> ()); }

    VmMachine machine;
    std::uint64_t vm{machine.make_vm (true)};
};
}  // namespace

TEST_F (GuestAnswer, smccc_and_psci_say_which_calls_there_are) {
    for (const std::uint64_t there : {SMCCC_VERSION, SMCCC_ARCH_FEATURES}) {
        EXPECT_EQ (machine.guest_call ({SMCCC_ARCH_FEATURES, there}), SMCCC_SUCCESS);
    }
    EXPECT_EQ (machine.guest_call ({SMCCC_ARCH_FEATURES, 0x8000'8000}), SMCCC_NOT_SUPPORTED);
    for (const std::uint64_t there : {PSCI_VERSION, PSCI_FEATURES, SMCCC_VERSION}) {
        EXPECT_EQ (machine.guest_call ({PSCI_FEATURES, there}), SMCCC_SUCCESS);
    }
    EXPECT_EQ (machine.guest_call ({PSCI_FEATURES, PSCI_CPU_ON_64}), SMCCC_NOT_SUPPORTED);
}

TEST_F (GuestAnswer, smc_is_as_good_as_hvc_and_returns_behind_itself) {
    const auto from           = machine.hal ().read<elr_el2> ();
    machine.registers ().x[0] = PSCI_VERSION;
    EXPECT_EQ (machine.guest_trap (esr::Class::smc64, 0), Next::resume);
    EXPECT_EQ (x (0), std::uint64_t{PSCI_VERSION_1_1});
    EXPECT_EQ (machine.hal ().read<elr_el2> (), from + 4);
}

TEST_F (GuestAnswer, call_with_another_immediate_is_none) {
    machine.registers ().x[0] = PSCI_VERSION;
    EXPECT_EQ (machine.guest_trap (esr::Class::hvc64, 1), Next::resume);
    EXPECT_EQ (x (0), static_cast<std::uint64_t> (SMCCC_NOT_SUPPORTED));
}

TEST_F (GuestAnswer, arguments_that_must_be_zero_are_looked_at) {
    for (const std::uint64_t function :
         {RAVELIN_GUEST_MEMINFO, RAVELIN_GUEST_SHARE, RAVELIN_GUEST_UNSHARE, RAVELIN_GUEST_MMIO_GUARD}) {
        const auto good = function == RAVELIN_GUEST_MMIO_GUARD ? device
                          : function == RAVELIN_GUEST_MEMINFO  ? 0
                                                               : VmMachine::ram;
        EXPECT_EQ (machine.guest_call ({function, good, 1, 0}), SMCCC_INVALID_PARAMETER);
        EXPECT_EQ (machine.guest_call ({function, good, 0, 1}), SMCCC_INVALID_PARAMETER);
    }
}

TEST_F (GuestAnswer, only_pages_of_ram_are_shared) {
    for (const std::uint64_t ipa : {VmMachine::ram + 8, device, ~0UL << 12}) {
        EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_SHARE, ipa, 0, 0}), SMCCC_INVALID_PARAMETER);
        EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_UNSHARE, ipa, 0, 0}), SMCCC_INVALID_PARAMETER);
    }
    // There's nothing at it that was shared.
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_UNSHARE, VmMachine::ram, 0, 0}), SMCCC_INVALID_PARAMETER);
    EXPECT_TRUE (machine.in_guest ());
}

TEST_F (GuestAnswer, mmio_is_guarded_outside_ram_and_below_the_end_of_addresses) {
    for (const std::uint64_t ipa : {device + 8, 1UL << 40, ~0UL << 12}) {
        EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_MMIO_GUARD, ipa, 0, 0}), SMCCC_INVALID_PARAMETER);
    }
}

TEST_F (GuestAnswer, plain_vm_has_none_of_the_calls_about_its_memory) {
    machine.interrupt ();
    machine.enter (machine.make_vm (false));
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_FEATURES}), 1);
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_MEMINFO, 0, 0, 0}), SMCCC_NOT_SUPPORTED);
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_SHARE, VmMachine::ram, 0, 0}), SMCCC_NOT_SUPPORTED);
}

TEST_F (GuestAnswer, physical_addresses_are_as_wide_as_the_vms) {
    for (const auto &[bits, range] :
         {std::pair{32ULL, 0ULL}, {35ULL, 0ULL}, {36ULL, 1ULL}, {39ULL, 1ULL}, {40ULL, 2ULL}}) {
        machine.interrupt ();
        machine.enter (machine.make_vm (true, bits));
        EXPECT_TRUE (access (id_aa64mmfr0_el1, true));
        EXPECT_EQ (x (3) & 0xf, range) << bits;
    }
}

TEST_F (GuestAnswer, all_id_registers_can_be_read_and_none_written) {
    for (std::uint8_t crm = 1; crm <= 7; ++crm) {
        for (std::uint8_t op2 = 0; op2 <= 7; ++op2) {
            EXPECT_TRUE (access ({3, 0, 0, crm, op2}, true));
            EXPECT_FALSE (access ({3, 0, 0, crm, op2}, false));
        }
    }
    EXPECT_FALSE (access ({3, 0, 0, 0, 1}, true)) << "no ID register there";
    EXPECT_FALSE (access ({3, 0, 0, 8, 0}, true));
    EXPECT_FALSE (access ({3, 0, 1, 1, 0}, true));
    EXPECT_FALSE (access ({3, 1, 0, 1, 0}, true));
}

TEST_F (GuestAnswer, debugging_and_auxiliary_control_do_nothing_and_trace_is_not_there) {
    constexpr hal::SystemRegister oslsr{2, 0, 1, 1, 4};
    constexpr hal::SystemRegister actlr{3, 0, 1, 0, 1};
    constexpr hal::SystemRegister debug_channel{2, 3, 0, 4, 0};
    constexpr hal::SystemRegister trace{2, 1, 0, 0, 0};
    EXPECT_TRUE (access (oslsr, true));
    EXPECT_EQ (x (3), 8U) << "the OS lock is open";
    for (const auto which : {actlr, debug_channel}) {
        machine.registers ().x[3] = 0x77;
        EXPECT_TRUE (access (which, false));
        EXPECT_TRUE (access (which, true));
        EXPECT_EQ (x (3), 0U);
    }
    EXPECT_FALSE (access (trace, true));
    EXPECT_FALSE (access (trace, false));
}

TEST_F (GuestAnswer, load_into_the_zero_register_changes_none) {
    const auto before = machine.registers ().x;
    static_cast<void> (machine.guest_abort (device, iss_transfer (3, 31)));
    ASSERT_FALSE (machine.in_guest ());
    static_cast<void> (machine.run (vm, 0, ~0ULL));
    EXPECT_EQ (machine.registers ().x, before);
}

TEST_F (GuestAnswer, store_of_the_zero_register_tells_zero) {
    static_cast<void> (machine.guest_abort (device, iss_transfer (3, 31) | iss_write));
    ASSERT_FALSE (machine.in_guest ());
    EXPECT_EQ (x (4), 0U);
}

TEST_F (GuestAnswer, positive_value_of_a_signed_load_is_not_extended) {
    static_cast<void> (
        machine.guest_abort (device, iss_transfer (0, 9) | esr::sign_extend.mask () | esr::wide_register.mask ()));
    static_cast<void> (machine.run (vm, 0, 0xff7f));
    EXPECT_EQ (x (9), 0x7fU);
}

TEST_F (GuestAnswer, class_that_nothing_handles_is_undefined_to_it) {
    constexpr std::uint64_t illegal_state = 0x0e;
    EXPECT_EQ (machine.guest_trap (static_cast<esr::Class> (illegal_state), 0), Next::resume);
    EXPECT_EQ (taken (), esr::Class::unknown);
}

TEST_F (GuestAnswer, fault_of_another_kind_is_an_external_abort_to_it) {
    constexpr std::uint64_t access_flag = 0b00'1011;
    EXPECT_EQ (machine.guest_abort (VmMachine::ram, access_flag), Next::resume);
    EXPECT_EQ (taken (), esr::Class::data_abort_same);
    EXPECT_EQ (esr::fault_status.get (machine.hal ().read<esr_el1> ()), esr::external_abort);
}

TEST_F (GuestAnswer, walk_that_stage_2_stops_asks_for_the_page_of_the_table) {
    for (const auto kind : {iss_translation, iss_permission}) {
        static_cast<void> (machine.guest_abort (VmMachine::ram + 0x2018, kind | esr::stage1_walk.mask () | iss_write));
        ASSERT_FALSE (machine.in_guest ());
        EXPECT_EQ (x (1), RAVELIN_EXIT_PAGE);
        EXPECT_EQ (x (2), VmMachine::ram + 0x2000);
        EXPECT_EQ (x (3), 0U);
        machine.enter (vm);
    }
}

TEST_F (GuestAnswer, walk_outside_ram_is_an_external_abort_to_it) {
    static_cast<void> (machine.guest_abort (device, iss_transfer (3, 1) | esr::stage1_walk.mask ()));
    EXPECT_TRUE (machine.in_guest ());
    EXPECT_EQ (taken (), esr::Class::data_abort_same);
}

TEST_F (GuestAnswer, beyond_its_addresses_is_no_ram_but_a_device) {
    constexpr std::uint64_t address_size = 0b00'0000;
    static_cast<void> (machine.guest_abort (1ULL << 40, (iss_transfer (3, 1) & ~iss_translation) | address_size));
    ASSERT_FALSE (machine.in_guest ());
    EXPECT_EQ (x (1), RAVELIN_EXIT_MMIO);
}

TEST_F (GuestAnswer, serror_is_the_hosts_whoever_runs) {
    auto &hypervisor = machine.machine ().hypervisor ();
    EXPECT_EQ (hypervisor.system_error (machine.hal ()), Next::change_world);
    EXPECT_FALSE (hcr::vse.any (machine.hal ().read<hcr_el2> ())) << "the guest doesn't get it";
    machine.interrupt ();
    EXPECT_EQ (machine.hal ().read<hcr_el2> (), hcr::host | hcr::amo.mask () | hcr::vse.mask ());
}

TEST (HostSError, comes_back_to_the_host_as_its_own) {
    VmMachine machine;
    EXPECT_EQ (machine.machine ().hypervisor ().system_error (machine.hal ()), Next::resume);
    EXPECT_EQ (machine.hal ().read<hcr_el2> (), hcr::host | hcr::amo.mask () | hcr::vse.mask ());
}

}  // namespace ravelin

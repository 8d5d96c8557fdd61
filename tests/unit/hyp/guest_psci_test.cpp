// SPDX-License-Identifier: BSD-2-Clause

// PSCI as a guest has it: each function, and what the host is told.  [ARM DEN 0022, 5]

#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "tests/unit/hyp/vgic_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace hal::sysreg;
using namespace test;

constexpr std::uint64_t entry = VmMachine::ram + 0x1234;

/// A VM with three vCPUs, the first of which runs on the first CPU; one without a GIC, if the parameter says so.
class GuestPsci : public testing::TestWithParam<bool> {
  protected:
    GuestPsci () {
        for (const std::uint64_t number : {1U, 2U}) {
            machine.must ({RAVELIN_VCPU_SET, vm, number, RAVELIN_REGISTER_POWER, 0});
        }
        guest.enter (vm);
    }

    [[nodiscard]] auto cpu_on (std::uint64_t target, std::uint64_t address = entry, std::uint64_t context = 0)
        -> std::int64_t {
        return guest.call ({PSCI_CPU_ON_64, target, address, context});
    }
    [[nodiscard]] auto affinity_info (std::uint64_t target) -> std::int64_t {
        return guest.call ({PSCI_AFFINITY_INFO_64, target, 0});
    }

    /// The host on CPU @p number has been told this.
    void expect_exit (std::uint32_t number, std::uint64_t reason, std::uint64_t x2 = 0) {
        auto &cpu = machine.cpu (number);
        ASSERT_FALSE (cpu.in_guest ());
        EXPECT_EQ (cpu.x (0), static_cast<std::uint64_t> (RAVELIN_SUCCESS));
        EXPECT_EQ (cpu.x (1), reason);
        EXPECT_EQ (cpu.x (2), x2);
        EXPECT_EQ (cpu.x (3) | cpu.x (4), 0U);
    }

    /// The first vCPU turns the second one on, and goes on.
    void turn_on_second (std::uint64_t context = 0) {
        static_cast<void> (cpu_on (1, entry, context));
        expect_exit (0, RAVELIN_EXIT_WAKE, 0b10);
        guest.enter (vm);
        EXPECT_EQ (guest.x (0), static_cast<std::uint64_t> (PSCI_SUCCESS));
    }

    [[nodiscard]] auto power (std::uint64_t number) -> std::uint64_t {
        auto &host = machine.cpu (2);
        EXPECT_EQ (host.call ({RAVELIN_VCPU_GET, vm, number, RAVELIN_REGISTER_POWER}), RAVELIN_SUCCESS);
        return host.x (1);
    }

    VgicMachine machine;
    std::uint64_t vm{machine.make ({.limit = 4, .gic = GetParam ()})};
    PlayedCpu &guest{machine.cpu (0)};
    PlayedCpu &second{machine.cpu (1)};
};
}  // namespace

INSTANTIATE_TEST_SUITE_P (Vms, GuestPsci, testing::Bool (),
                          [] (const auto &gic) -> std::string { return gic.param ? "with_gic" : "without_gic"; });

TEST_P (GuestPsci, has_version_and_migration_answered_at_once) {
    EXPECT_EQ (guest.call ({PSCI_VERSION}), PSCI_VERSION_1_1);
    EXPECT_EQ (guest.call ({PSCI_MIGRATE_INFO_TYPE}), PSCI_NO_MIGRATION);
    EXPECT_TRUE (guest.in_guest ());
}

TEST_P (GuestPsci, features_are_those_that_there_are) {
    for (const std::uint64_t function :
         {PSCI_VERSION, PSCI_CPU_SUSPEND_32, PSCI_CPU_SUSPEND_64, PSCI_CPU_OFF, PSCI_CPU_ON_32, PSCI_CPU_ON_64,
          PSCI_AFFINITY_INFO_32, PSCI_AFFINITY_INFO_64, PSCI_MIGRATE_INFO_TYPE, PSCI_SYSTEM_OFF, PSCI_SYSTEM_RESET,
          PSCI_FEATURES, SMCCC_VERSION}) {
        EXPECT_EQ (guest.call ({PSCI_FEATURES, function}), PSCI_SUCCESS) << std::hex << function;
    }
    // CPU_FREEZE, MIGRATE, STAT, SYSTEM_SUSPEND, SET_SUSPEND_MODE, SYSTEM_RESET2, MEM_PROTECT, CPU_SUSPEND's neighbour.
    for (const std::uint64_t function : {0x8400'000bU, 0x8400'0005U, 0xc400'0010U, 0xc400'000eU, 0x8400'000fU,
                                         0xc400'0012U, 0x8400'0013U, 0x8400'0000U + 0x1fU, 0xc400'0002U, 0x1U}) {
        EXPECT_EQ (guest.call ({PSCI_FEATURES, function}), PSCI_NOT_SUPPORTED) << std::hex << function;
        EXPECT_EQ (guest.call ({function, 0, 0, 0}), PSCI_NOT_SUPPORTED) << std::hex << function;
    }
    EXPECT_TRUE (guest.in_guest ());
}

TEST_P (GuestPsci, cpu_on_begins_where_the_guest_said) {
    turn_on_second (0x77);
    second.enter (vm, 1);
    EXPECT_EQ (second.hal ().read<elr_el2> (), entry);
    EXPECT_EQ (second.hal ().read<spsr_el2> (), 0x3c5U);
    EXPECT_EQ (second.hal ().read<vmpidr_el2> () & 0xff, 1U);
    EXPECT_EQ (second.x (0), 0x77U);
    for (unsigned i = 1; i < 31; ++i) {
        EXPECT_EQ (second.x (i), 0U) << i;
    }
    EXPECT_EQ (second.hal ().read<sctlr_el1> () & 0x1005, 0U) << "MMU and caches are off";
    EXPECT_EQ (second.hal ().read<cntv_ctl_el0> () & 1, 0U);
}

TEST_P (GuestPsci, cpu_on_goes_by_the_states_of_its_target) {
    EXPECT_EQ (affinity_info (0), PSCI_AFFINITY_ON);
    EXPECT_EQ (affinity_info (1), PSCI_AFFINITY_OFF);
    EXPECT_EQ (power (1), 0U);
    EXPECT_EQ (cpu_on (0), PSCI_ALREADY_ON);
    turn_on_second ();
    EXPECT_EQ (affinity_info (1), PSCI_AFFINITY_ON_PENDING);
    EXPECT_EQ (power (1), 1U);
    EXPECT_EQ (cpu_on (1), PSCI_ON_PENDING);
    EXPECT_TRUE (guest.in_guest ());
    second.enter (vm, 1);
    EXPECT_EQ (affinity_info (1), PSCI_AFFINITY_ON);
    EXPECT_EQ (cpu_on (1), PSCI_ALREADY_ON);
}

TEST_P (GuestPsci, cpu_on_looks_at_the_target_first_then_at_the_entry_then_at_the_state) {
    constexpr std::uint64_t end = VmMachine::ram + VmMachine::ram_size;
    for (const std::uint64_t target : {3ULL, 4ULL, 8ULL, 1ULL << 8, 1ULL << 31, 1ULL << 32, ~0ULL}) {
        EXPECT_EQ (cpu_on (target, 1), PSCI_INVALID_PARAMETERS) << std::hex << target;
        EXPECT_EQ (affinity_info (target), PSCI_INVALID_PARAMETERS) << std::hex << target;
    }
    for (const std::uint64_t address : {VmMachine::ram - 4, end, entry + 2, entry + 1, ~std::uint64_t{3}}) {
        EXPECT_EQ (cpu_on (1, address), PSCI_INVALID_ADDRESS) << std::hex << address;
        EXPECT_EQ (cpu_on (0, address), PSCI_INVALID_ADDRESS) << std::hex << address;
    }
    EXPECT_EQ (affinity_info (1), PSCI_AFFINITY_OFF);
    static_cast<void> (cpu_on (1, end - 4));
    expect_exit (0, RAVELIN_EXIT_WAKE, 0b10);
}

TEST_P (GuestPsci, calls_of_32_bits_take_low_halves) {
    constexpr std::uint64_t rubbish = 0xdead'0000'0000'0000;
    EXPECT_EQ (guest.call ({PSCI_AFFINITY_INFO_32, rubbish | 1, rubbish}), PSCI_AFFINITY_OFF);
    EXPECT_EQ (guest.call ({PSCI_AFFINITY_INFO_64, rubbish | 1, 0}), PSCI_INVALID_PARAMETERS);
    EXPECT_EQ (guest.call ({PSCI_CPU_ON_64, 1, rubbish | entry, 0}), PSCI_INVALID_ADDRESS);
    static_cast<void> (guest.call ({PSCI_CPU_ON_32, rubbish | 1, rubbish | entry, rubbish | 5}));
    expect_exit (0, RAVELIN_EXIT_WAKE, 0b10);
    second.enter (vm, 1);
    EXPECT_EQ (second.hal ().read<elr_el2> (), entry);
    EXPECT_EQ (second.x (0), 5U);
}

TEST_P (GuestPsci, affinity_info_knows_the_lowest_level_alone) {
    for (const std::uint64_t level : {1ULL, 3ULL, 1ULL << 32}) {
        EXPECT_EQ (guest.call ({PSCI_AFFINITY_INFO_64, 0, level}), PSCI_INVALID_PARAMETERS);
    }
}

TEST_P (GuestPsci, cpu_off_is_told_and_the_vcpu_does_not_run_before_it_is_turned_on) {
    turn_on_second ();
    second.enter (vm, 1);
    static_cast<void> (second.call ({PSCI_CPU_OFF}));
    expect_exit (1, RAVELIN_EXIT_OFF);
    EXPECT_EQ (affinity_info (1), PSCI_AFFINITY_OFF);
    second.x (2) = second.x (3) = second.x (4) = 1;
    EXPECT_EQ (second.call ({RAVELIN_VCPU_RUN, vm, 1, 1}), RAVELIN_SUCCESS);
    expect_exit (1, RAVELIN_EXIT_OFF);
    EXPECT_EQ (power (1), 0U) << "and nobody has it";
    turn_on_second (3);
    second.enter (vm, 1);
    EXPECT_EQ (second.x (0), 3U);
}

TEST_P (GuestPsci, vcpu_that_is_turned_on_again_has_nothing_of_its_old_life) {
    turn_on_second ();
    second.enter (vm, 1);
    second.hal ().write<tpidr_el1> (0x1234);
    second.hal ().write<cntv_ctl_el0> (1);
    second.x (20) = 0x1234;
    static_cast<void> (second.call ({PSCI_CPU_OFF}));
    turn_on_second ();
    second.enter (vm, 1);
    EXPECT_EQ (second.hal ().read<tpidr_el1> (), 0U);
    EXPECT_EQ (second.hal ().read<cntv_ctl_el0> () & 1, 0U);
    EXPECT_EQ (second.x (20), 0U);
}

TEST_P (GuestPsci, cpu_suspend_with_a_reserved_bit_is_refused) {
    for (unsigned i = 0; i < 32; ++i) {
        const bool reserved = i >= 26 || (i >= 17 && i <= 23);
        for (const std::uint64_t function : {PSCI_CPU_SUSPEND_32, PSCI_CPU_SUSPEND_64}) {
            const auto status = guest.call ({function, 1ULL << i | 1ULL << 40});
            if (reserved) {
                EXPECT_EQ (status, PSCI_INVALID_PARAMETERS) << i;
                EXPECT_TRUE (guest.in_guest ());
            } else {
                expect_exit (0, RAVELIN_EXIT_WFI, ~0ULL);
                guest.enter (vm);
                EXPECT_EQ (guest.x (0), static_cast<std::uint64_t> (PSCI_SUCCESS)) << i;
            }
        }
    }
}

TEST_P (GuestPsci, system_off_turns_off_all_and_fetches_those_that_run) {
    for (const std::uint64_t function : {PSCI_SYSTEM_OFF, PSCI_SYSTEM_RESET}) {
        const bool kicks = GetParam ();
        turn_on_second ();
        second.enter (vm, 1);
        static_cast<void> (guest.call ({function}));
        expect_exit (0, function == PSCI_SYSTEM_OFF ? RAVELIN_EXIT_SYSTEM_OFF : RAVELIN_EXIT_SYSTEM_RESET);
        EXPECT_FALSE (guest.signalled ()) << "nobody kicks itself";
        EXPECT_EQ (second.signalled (), kicks);
        if (kicks) {
            EXPECT_EQ (second.takes (), 1U);
            expect_exit (1, RAVELIN_EXIT_OFF);
        } else {
            second.leave ();
        }
        for (const std::uint64_t number : {0U, 1U, 2U}) {
            EXPECT_EQ (power (number), 0U);
            EXPECT_EQ (guest.call ({RAVELIN_VCPU_RUN, vm, number, 0}), RAVELIN_SUCCESS);
            expect_exit (0, RAVELIN_EXIT_OFF);
        }
        // A plain VM's host may start it anew.
        EXPECT_EQ (guest.call ({RAVELIN_VCPU_SET, vm, 0, RAVELIN_REGISTER_POWER, 1}), RAVELIN_SUCCESS);
        EXPECT_EQ (power (0), 1U);
        guest.enter (vm);
    }
}

TEST_P (GuestPsci, system_off_of_a_protected_vm_is_for_ever) {
    guest.leave ();
    const auto other = machine.make ({.is_protected = true, .vcpus = 1, .gic = GetParam ()});
    guest.enter (other);
    static_cast<void> (guest.call ({PSCI_SYSTEM_RESET}));
    expect_exit (0, RAVELIN_EXIT_SYSTEM_RESET);
    EXPECT_EQ (guest.call ({RAVELIN_VCPU_SET, other, 0, RAVELIN_REGISTER_POWER, 1}), RAVELIN_DENIED);
    EXPECT_EQ (guest.call ({RAVELIN_VCPU_GET, other, 0, RAVELIN_REGISTER_POWER}), RAVELIN_DENIED);
}

TEST_P (GuestPsci, power_is_zero_or_one) {
    auto &host = machine.cpu (2);
    EXPECT_EQ (host.call ({RAVELIN_VCPU_SET, vm, 1, RAVELIN_REGISTER_POWER, 2}), RAVELIN_INVALID);
    EXPECT_EQ (host.call ({RAVELIN_VCPU_SET, vm, 0, RAVELIN_REGISTER_POWER, 0}), RAVELIN_BUSY) << "it runs";
    EXPECT_EQ (host.call ({RAVELIN_VCPU_SET, vm, 1, RAVELIN_REGISTER_POWER, 1}), RAVELIN_SUCCESS);
    EXPECT_EQ (affinity_info (1), PSCI_AFFINITY_ON);
}

TEST_P (GuestPsci, vcpu_that_was_made_off_begins_where_it_is_told) {
    EXPECT_EQ (machine.cpu (2).call ({RAVELIN_VCPU_CREATE, vm, 3, machine.pages (1), entry, 0, RAVELIN_VCPU_OFF}),
               RAVELIN_DENIED)
        << "the VM isn't new";
    auto &host       = machine.cpu (2);
    const auto block = machine.pages (RAVELIN_VM_PAGES, RAVELIN_VM_PAGES * page_size);
    ASSERT_EQ (host.call ({RAVELIN_VM_CREATE, block, 40, 1}), RAVELIN_SUCCESS);
    const auto other = host.x (1);
    EXPECT_EQ (host.call ({RAVELIN_VCPU_CREATE, other, 0, machine.pages (1), entry, 0, 2}), RAVELIN_INVALID);
    EXPECT_EQ (host.call ({RAVELIN_VCPU_CREATE, other, 0, machine.pages (1), entry, 0, RAVELIN_VCPU_OFF}),
               RAVELIN_SUCCESS);
    EXPECT_EQ (host.call ({RAVELIN_VCPU_RUN, other, 0, 0}), RAVELIN_SUCCESS);
    expect_exit (2, RAVELIN_EXIT_OFF);
}

}  // namespace ravelin

// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/hyp/host_machine.hpp"

#include <gtest/gtest.h>
#include <string>

namespace ravelin {

namespace {
using namespace hal::sysreg;
using sim::BoardName;
using sim::Processor;
using test::HostMachine;

/// Every test runs on a board whose firmware turns CPUs on, and on one where they wait in Ravelin.
class PsciTest : public testing::TestWithParam<BoardName> {
  protected:
    static constexpr std::uint32_t cpus = 4;

    /// Host RAM, behind the image.
    [[nodiscard]] auto entry () -> std::uint64_t { return image () + 0x100'0000; }
    [[nodiscard]] auto image () -> std::uint64_t { return machine.machine ().map ().image.value (); }

    [[nodiscard]] auto cpu_on (std::uint64_t target, std::uint64_t address, std::uint64_t context = 0) -> std::int64_t {
        return machine.call ({PSCI_CPU_ON_64, target, address, context});
    }

    [[nodiscard]] auto affinity_info (std::uint64_t target) -> std::int64_t {
        return machine.call ({PSCI_AFFINITY_INFO_64, target, 0});
    }

    [[nodiscard]] auto state (std::uint32_t cpu) -> Processor::State { return machine.machine ().cpu (cpu).state (); }

    HostMachine machine{HostMachine::booted (GetParam (), {.cpus = cpus})};
};
}  // namespace

INSTANTIATE_TEST_SUITE_P (Boards, PsciTest, testing::Values (BoardName::virt, BoardName::pi4b),
                          [] (const auto &board) -> std::string {
                              return board.param == BoardName::virt ? "virt" : "pi4b";
                          });

TEST_P (PsciTest, is_version_1_1) {
    EXPECT_EQ (machine.call ({PSCI_VERSION}), PSCI_VERSION_1_1);
    EXPECT_EQ (machine.call ({PSCI_MIGRATE_INFO_TYPE}), PSCI_NO_MIGRATION);
}

TEST_P (PsciTest, features_name_what_there_is) {
    for (const std::uint64_t function :
         {PSCI_VERSION, PSCI_CPU_SUSPEND_32, PSCI_CPU_SUSPEND_64, PSCI_CPU_OFF, PSCI_CPU_ON_32, PSCI_CPU_ON_64,
          PSCI_AFFINITY_INFO_32, PSCI_AFFINITY_INFO_64, PSCI_MIGRATE_INFO_TYPE, PSCI_SYSTEM_OFF, PSCI_SYSTEM_RESET,
          PSCI_FEATURES, SMCCC_VERSION}) {
        EXPECT_EQ (machine.call ({PSCI_FEATURES, function}), PSCI_SUCCESS) << std::hex << function;
    }
    EXPECT_EQ (machine.call ({PSCI_FEATURES, 0x8400'0014}), PSCI_NOT_SUPPORTED);
}

TEST_P (PsciTest, all_cpus_but_the_first_are_off_at_first) {
    EXPECT_EQ (affinity_info (0), PSCI_AFFINITY_ON);
    EXPECT_EQ (affinity_info (1), PSCI_AFFINITY_OFF);
    EXPECT_EQ (affinity_info (3), PSCI_AFFINITY_OFF);
}

TEST_P (PsciTest, cpu_on_starts_a_cpu_where_the_host_said) {
    ASSERT_EQ (cpu_on (2, entry (), 0x77), PSCI_SUCCESS);
    machine.machine ().settle ();

    EXPECT_EQ (state (2), Processor::State::host);
    EXPECT_EQ (machine.hal (2).read<elr_el2> (), entry ());
    EXPECT_EQ (machine.hal (2).read<spsr_el2> (), 0x3c5U);
    EXPECT_EQ (machine.machine ().cpu (2).registers ().x[0], 0x77U);
    EXPECT_EQ (affinity_info (2), PSCI_AFFINITY_ON);
}

TEST_P (PsciTest, a_started_cpu_is_confined_like_the_first) {
    ASSERT_EQ (cpu_on (1, entry ()), PSCI_SUCCESS);
    machine.machine ().settle ();

    EXPECT_EQ (machine.hal (1).read<hcr_el2> (), machine.hal (0).read<hcr_el2> ());
    EXPECT_EQ (machine.hal (1).read<vttbr_el2> (), machine.hal (0).read<vttbr_el2> ());
    EXPECT_EQ (machine.hal (1).read<vtcr_el2> (), machine.hal (0).read<vtcr_el2> ());
    EXPECT_EQ (machine.hal (1).read<vmpidr_el2> () & Affinity::mask, 1U);
    EXPECT_EQ (machine.hal (1).read<sctlr_el1> (), 0x30d0'0800U);
}

TEST_P (PsciTest, cpu_on_of_a_cpu_that_is_on_says_so) {
    EXPECT_EQ (cpu_on (0, entry ()), PSCI_ALREADY_ON);
    ASSERT_EQ (cpu_on (1, entry ()), PSCI_SUCCESS);
    EXPECT_EQ (cpu_on (1, entry ()), PSCI_ON_PENDING);
    EXPECT_EQ (affinity_info (1), PSCI_AFFINITY_ON_PENDING);
    machine.machine ().settle ();
    EXPECT_EQ (cpu_on (1, entry ()), PSCI_ALREADY_ON);
}

TEST_P (PsciTest, cpu_on_refuses_cpus_that_do_not_exist) {
    EXPECT_EQ (cpu_on (cpus, entry ()), PSCI_INVALID_PARAMETERS);
    EXPECT_EQ (cpu_on (~0ULL, entry ()), PSCI_INVALID_PARAMETERS);
    EXPECT_EQ (cpu_on (1 | 1U << 31, entry ()), PSCI_INVALID_PARAMETERS) << "bits that aren't affinity";
    EXPECT_EQ (affinity_info (cpus), PSCI_INVALID_PARAMETERS);
    EXPECT_EQ (affinity_info (1 | 1U << 31), PSCI_INVALID_PARAMETERS);
}

TEST_P (PsciTest, cpu_on_refuses_entries_that_are_not_the_hosts_code) {
    EXPECT_EQ (cpu_on (1, image ()), PSCI_INVALID_ADDRESS) << "Ravelin's memory";
    EXPECT_EQ (cpu_on (1, image () + 0x1f'fffc), PSCI_INVALID_ADDRESS) << "its last instruction";
    EXPECT_EQ (cpu_on (1, 0x5'0000'0000), PSCI_INVALID_ADDRESS) << "no memory";
    EXPECT_EQ (cpu_on (1, ~0ULL & ~3ULL), PSCI_INVALID_ADDRESS) << "the end of the address space";
    EXPECT_EQ (cpu_on (1, entry () + 2), PSCI_INVALID_ADDRESS) << "not an instruction's address";
    EXPECT_EQ (affinity_info (1), PSCI_AFFINITY_OFF);
}

TEST_P (PsciTest, the_32_bit_call_takes_the_low_halves) {
    constexpr std::uint64_t rubbish = 0xdead'0000'0000'0000;
    EXPECT_EQ (machine.call ({PSCI_CPU_ON_32, rubbish | 1, rubbish | entry (), rubbish | 5}), PSCI_SUCCESS);
    machine.machine ().settle ();

    EXPECT_EQ (machine.hal (1).read<elr_el2> (), entry ());
    EXPECT_EQ (machine.machine ().cpu (1U).registers ().x[0], 5U);
    EXPECT_EQ (machine.call ({PSCI_AFFINITY_INFO_32, rubbish | 1, rubbish}), PSCI_AFFINITY_ON);
}

TEST_P (PsciTest, affinity_info_knows_only_single_cpus) {
    EXPECT_EQ (machine.call ({PSCI_AFFINITY_INFO_64, 0, 1}), PSCI_INVALID_PARAMETERS);
}

TEST_P (PsciTest, a_cpu_that_goes_off_can_be_turned_on_again) {
    for (unsigned round = 0; round < 3; ++round) {
        ASSERT_EQ (cpu_on (3, entry ()), PSCI_SUCCESS) << round;
        machine.machine ().settle ();
        ASSERT_EQ (state (3), Processor::State::host) << round;

        EXPECT_EQ (machine.hvc (3, {PSCI_CPU_OFF}), Next::off);
        machine.machine ().settle ();
        EXPECT_EQ (affinity_info (3), PSCI_AFFINITY_OFF) << round;
    }
}

TEST_P (PsciTest, standby_waits_and_succeeds) {
    // Nothing but a pending interrupt ends it: SGI 1 to oneself, in a distributor that's on.
    const Pa distributor = machine.machine ().map ().distributor.start;
    const Pa interface   = machine.machine ().map ().cpu_interface.start;
    auto &bus            = machine.machine ().bus ();
    ASSERT_TRUE (bus.write (CpuIndex{0}, distributor, 4, 1));
    ASSERT_TRUE (bus.write (CpuIndex{0}, distributor + 0x100, 4, 2));
    ASSERT_TRUE (bus.write (CpuIndex{0}, interface, 4, 1));
    ASSERT_TRUE (bus.write (CpuIndex{0}, interface + 4, 4, 0xf0));
    ASSERT_TRUE (bus.write (CpuIndex{0}, distributor + 0xf00, 4, 0x0200'0001));

    EXPECT_EQ (machine.call ({PSCI_CPU_SUSPEND_64, 0, entry (), 0}), PSCI_SUCCESS);
    EXPECT_EQ (machine.call ({PSCI_CPU_SUSPEND_32, 0, entry (), 0}), PSCI_SUCCESS);
}

TEST_P (PsciTest, no_state_that_loses_context_is_offered) {
    EXPECT_EQ (machine.call ({PSCI_CPU_SUSPEND_64, PSCI_POWER_STATE_DOWN, entry (), 0}), PSCI_INVALID_PARAMETERS);
    EXPECT_EQ (machine.call ({PSCI_CPU_SUSPEND_64, 1, entry (), 0}), PSCI_INVALID_PARAMETERS);
}

TEST_P (PsciTest, system_off_turns_the_machine_off) {
    EXPECT_EQ (machine.hvc (0, {PSCI_SYSTEM_OFF}), Next::off);
    EXPECT_EQ (machine.machine ().run (), sim::Outcome::off);
}

TEST_P (PsciTest, system_reset_restarts_the_machine) {
    EXPECT_EQ (machine.hvc (0, {PSCI_SYSTEM_RESET}), Next::off);
    EXPECT_EQ (machine.machine ().run (), sim::Outcome::reset);
}

/// What only a core that waits in Ravelin has to withstand.
class ParkedCoreTest : public testing::Test {
  protected:
    static constexpr std::uint64_t entry = 0x100'0000;

    void write_gic (std::uint32_t cpu, std::uint64_t offset, std::uint32_t value) {
        ASSERT_TRUE (machine.machine ().bus ().write (CpuIndex{cpu},
                                                      machine.machine ().map ().distributor.start + offset, 4, value));
    }

    HostMachine machine{HostMachine::booted (BoardName::pi4b, {.cpus = 4})};
};

TEST_F (ParkedCoreTest, wakes_although_the_host_has_turned_the_distributor_off) {
    write_gic (0, 0x000, 0);
    ASSERT_EQ (machine.call ({PSCI_CPU_ON_64, 1, entry, 0}), PSCI_SUCCESS);
    machine.machine ().settle ();
    EXPECT_EQ (machine.machine ().cpu (1U).state (), Processor::State::host);
}

TEST_F (ParkedCoreTest, wakes_although_the_host_had_masked_everything_before_it_went_off) {
    ASSERT_EQ (machine.call ({PSCI_CPU_ON_64, 1, entry, 0}), PSCI_SUCCESS);
    machine.machine ().settle ();
    write_gic (1, 0x180, 0xffff'ffff);
    write_gic (1, 0x40c, 0xffff'ffff);
    ASSERT_EQ (machine.hvc (1, {PSCI_CPU_OFF}), Next::off);
    machine.machine ().settle ();

    ASSERT_EQ (machine.call ({PSCI_CPU_ON_64, 1, entry, 0}), PSCI_SUCCESS);
    machine.machine ().settle ();
    EXPECT_EQ (machine.machine ().cpu (1U).state (), Processor::State::host);
}

TEST_F (ParkedCoreTest, sleeps_on_when_the_host_sends_it_the_wake_interrupt) {
    for (unsigned i = 0; i < 100; ++i) {
        write_gic (0, 0xf00, 0x0002'800f);
        write_gic (0, 0xf00, 0x0002'000f);
        machine.machine ().settle ();
    }
    EXPECT_EQ (machine.machine ().cpu (1U).state (), Processor::State::el2);
    EXPECT_EQ (machine.call ({PSCI_AFFINITY_INFO_64, 1, 0}), PSCI_AFFINITY_OFF);
}

TEST_F (ParkedCoreTest, starts_with_its_interrupts_as_reset_left_them) {
    ASSERT_EQ (machine.call ({PSCI_CPU_ON_64, 1, entry, 0}), PSCI_SUCCESS);
    machine.machine ().settle ();

    auto &bus            = machine.machine ().bus ();
    const Pa distributor = machine.machine ().map ().distributor.start;
    const Pa interface   = machine.machine ().map ().cpu_interface.start;
    EXPECT_EQ (bus.read (CpuIndex{1}, distributor + 0x100, 4).value () & ~0xffffU, 0U) << "no PPI is enabled";
    EXPECT_EQ (bus.read (CpuIndex{1}, interface, 4), 0U) << "the interface is off";
    EXPECT_FALSE (machine.machine ().gic ().irq_pending (CpuIndex{1}));
}

}  // namespace ravelin

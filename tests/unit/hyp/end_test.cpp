// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/hyp/vm_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace hal::sysreg;
using test::HostMachine;
using test::VmMachine;

constexpr std::uint64_t secret = 0x5ec2'e75e'c2e7'5ec2;
constexpr std::uint64_t page   = VmMachine::free_memory + 0x100'0000;

class EndTest : public testing::TestWithParam<std::uint64_t> {
  protected:
    /// A VM that has its page at the start of its RAM, with a secret in it and in X0 of its vCPU.
    [[nodiscard]] auto vm_with_secret (bool is_protected = true) -> std::uint64_t {
        const auto vm   = machine.make_vm (is_protected);
        const auto call = is_protected ? RAVELIN_VM_DONATE : RAVELIN_VM_LEND;
        EXPECT_EQ (machine.call ({call, vm, VmMachine::ram, page, 1, RAVELIN_WRITABLE}), RAVELIN_SUCCESS);
        machine.poke (page, secret);
        return vm;
    }

    /// The host turns the machine off, or resets it.
    auto end () -> Next { return machine.hvc (0, {GetParam ()}); }

    VmMachine machine{{.cpus = 2}};
};

INSTANTIATE_TEST_SUITE_P (Calls, EndTest, testing::Values (PSCI_SYSTEM_OFF, PSCI_SYSTEM_RESET));
}  // namespace

TEST_P (EndTest, leaves_nothing_of_a_protected_vm_in_memory) {
    static_cast<void> (vm_with_secret ());
    const auto vcpu = VmMachine::free_memory + (RAVELIN_VM_PAGES + 8) * page_size;
    ASSERT_NE (machine.peek (vcpu), 0U) << "X0 at its first instruction";

    EXPECT_EQ (end (), Next::off);

    EXPECT_EQ (machine.peek (page), 0U);
    EXPECT_EQ (machine.peek (vcpu), 0U);
}

TEST_P (EndTest, leaves_the_hosts_memory_as_it_is) {
    static_cast<void> (vm_with_secret (false));
    EXPECT_EQ (end (), Next::off);
    EXPECT_EQ (machine.peek (page), secret) << "it was only lent";
}

TEST_P (EndTest, comes_once_no_other_cpu_runs_a_guest) {
    const auto vm = vm_with_secret ();
    ASSERT_EQ (machine.call ({PSCI_CPU_ON_64, 1, machine.pages (1), 0}), PSCI_SUCCESS);
    machine.machine ().settle ();
    static_cast<void> (machine.hvc (1, {RAVELIN_VCPU_RUN, vm, 0}));
    ASSERT_TRUE (vttbr_vmid.any (machine.hal (1).read<vttbr_el2> ())) << "it's in the guest";
    const auto behind = machine.hal ().read<elr_el2> ();

    EXPECT_EQ (end (), Next::resume);
    EXPECT_EQ (machine.hal ().read<elr_el2> (), behind - 4) << "the call is made again";
    EXPECT_EQ (machine.registers ().x[0], GetParam ());
    EXPECT_EQ (machine.peek (page), secret) << "the guest may still use it";

    static_cast<void> (machine.machine ().cpu (1U).interrupt (machine.registers ()));
    EXPECT_EQ (machine.hvc (1, {RAVELIN_VCPU_RUN, vm, 0}), Next::resume);
    EXPECT_EQ (static_cast<std::int64_t> (machine.registers ().x[0]), RAVELIN_DENIED) << "it doesn't run again";
    EXPECT_EQ (end (), Next::off);
    EXPECT_EQ (machine.peek (page), 0U);
}

namespace {
constexpr Ipa rstc{0xfe10'001c};
constexpr Ipa wdog{0xfe10'0024};
constexpr std::uint64_t password   = 0x5a00'0000;
constexpr std::uint64_t full_reset = password | 0x20;

class EndOfPi : public testing::Test {
  protected:
    auto store (Ipa where, std::uint64_t value) -> Next {
        machine.registers ().x[5] = value;
        return machine.data_abort (where, esr::valid.mask () | esr::access_size.put (2) | esr::write.mask () |
                                              esr::transfer_register.put (5));
    }

    HostMachine machine{HostMachine::booted (sim::BoardName::pi4b)};
};
}  // namespace

TEST_F (EndOfPi, comes_by_the_watchdog_too) {
    static_cast<void> (store (wdog, password | 10));
    EXPECT_EQ (store (rstc, full_reset), Next::off);
    EXPECT_EQ (machine.machine ().run (), sim::Outcome::reset);
}

TEST_F (EndOfPi, is_nothing_that_a_watchdog_brings_later) {
    static_cast<void> (store (wdog, password | 0x2'0000));
    EXPECT_EQ (store (rstc, full_reset), Next::resume);
    EXPECT_EQ (machine.traps (RAVELIN_TRAP_FORWARDED), 2U);

    static_cast<void> (store (wdog, password | 10));
    EXPECT_NE (machine.machine ().run (1'000'000), sim::Outcome::reset) << "nothing has armed it";
}

TEST_F (EndOfPi, wants_the_password) {
    static_cast<void> (store (wdog, password | 10));
    EXPECT_EQ (store (rstc, full_reset & ~password), Next::resume);
}

}  // namespace ravelin

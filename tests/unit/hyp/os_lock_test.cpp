// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/confine.hpp"
#include "tests/unit/hyp/host_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace hal::sysreg;
using test::HostMachine;

/// The syndrome of an MRS or MSR of the debug register with these CRm and op2, to or from X5.
[[nodiscard]] auto access (std::uint64_t crm, std::uint64_t op2, bool reads) -> std::uint64_t {
    return esr::exception_class.put (std::to_underlying (esr::Class::system_register)) |
           esr::instruction_length.mask () | esr::access::op0.put (2) | esr::access::crn.put (1) |
           esr::access::crm.put (crm) | esr::access::op2.put (op2) | esr::access::target.put (5) |
           esr::access::read.put (reads ? 1 : 0);
}

class OsLockTest : public testing::Test {
  protected:
    HostMachine machine{HostMachine::booted (sim::BoardName::virt)};
};
}  // namespace

TEST_F (OsLockTest, is_open_before_the_host_begins) {
    EXPECT_EQ (machine.hal ().read<oslar_el1> (), 0U);
    EXPECT_EQ (machine.hal ().read<mdscr_el1> (), 0U) << "nothing halts the core";
}

TEST_F (OsLockTest, a_host_that_takes_it_goes_on_without_it) {
    machine.registers ().x[5] = 1;
    static_cast<void> (machine.trap (access (0, 4, false)));

    EXPECT_EQ (machine.hal ().read<elr_el2> (), 0x4040'0004U);
    EXPECT_EQ (machine.hal ().read<oslar_el1> (), 0U);
    EXPECT_EQ (machine.traps (RAVELIN_TRAP_FORWARDED), 1U);
    EXPECT_EQ (machine.traps (RAVELIN_TRAP_UNDEFINED), 0U);
}

TEST_F (OsLockTest, reads_as_there_and_open) {
    static_cast<void> (machine.trap (access (1, 4, true)));
    EXPECT_EQ (machine.registers ().x[5], 1U << 3);
}

TEST_F (OsLockTest, the_double_lock_and_the_cores_power_read_as_zero) {
    for (const std::uint64_t crm : {3U, 4U}) {
        machine.registers ().x[5] = ~0UL;
        static_cast<void> (machine.trap (access (crm, 4, true)));
        EXPECT_EQ (machine.registers ().x[5], 0U) << crm;
    }
}

TEST_F (OsLockTest, another_register_is_undefined) {
    static_cast<void> (machine.trap (access (0, 0, true)));
    EXPECT_EQ (machine.traps (RAVELIN_TRAP_UNDEFINED), 1U);
}

}  // namespace ravelin

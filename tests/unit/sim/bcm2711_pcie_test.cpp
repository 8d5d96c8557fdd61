// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/bcm2711_pcie.hpp"
#include "tests/unit/sim/device_access.hpp"
#include "tests/unit/sim/machine_fixture.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

class Bcm2711PcieTest : public testing::Test {
  protected:
    SystemErrors errors;
    Bcm2711Pcie pcie{errors};
};

TEST_F (Bcm2711PcieTest, asking_a_device_that_is_absent_is_an_error_of_the_cpu_that_asked) {
    write_register (pcie, Bcm2711Pcie::config_index, 0x10'0000);
    EXPECT_EQ (read_register (pcie, Bcm2711Pcie::config_index), 0x10'0000U);
    EXPECT_FALSE (errors.pending (CpuIndex{0}));

    EXPECT_EQ (read_register (pcie, Bcm2711Pcie::config_data), 0xffff'ffffU);

    EXPECT_TRUE (errors.pending (CpuIndex{0}));
    EXPECT_FALSE (errors.pending (CpuIndex{1}));
}

TEST_F (Bcm2711PcieTest, its_own_registers_are_there) {
    EXPECT_EQ (read_register (pcie, 0), 0U);
    EXPECT_FALSE (errors.pending (CpuIndex{0}));
}

TEST (Bcm2711PcieOfPi, error_waits_for_the_host_and_comes_once_whatever_el2_does_meanwhile) {
    ScriptedMachine machine{BoardName::pi4b};
    std::vector<bool> taken;
    machine.script (0, [&] (ScriptedCpu &cpu) -> Script {
        constexpr Ipa absent{0xfd50'8000};
        taken.push_back (co_await cpu.take_system_error ());
        EXPECT_EQ (co_await cpu.load (absent, {.size = 4}), 0xffff'ffffU);
        EXPECT_EQ ((co_await cpu.hvc (0x8400'0000))[0], 0x1'0001U);  // PSCI_VERSION
        EXPECT_FALSE ((co_await cpu.load (Ipa{0xff84'4000}, {.size = 4})).has_value ());
        taken.push_back (co_await cpu.take_system_error ());
        taken.push_back (co_await cpu.take_system_error ());
    });

    EXPECT_EQ (machine.boot_and_run (), Outcome::finished);

    EXPECT_EQ (taken, (std::vector{false, true, false}));
}

}  // namespace
}  // namespace ravelin::sim

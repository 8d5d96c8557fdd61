// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/psci.h"
#include "tests/unit/sim/machine_fixture.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <span>

namespace ravelin::sim {
namespace {

constexpr std::uint64_t success = 0;

/// Turns CPU @p target on, however long it takes to be off.
auto turn_on (ScriptedCpu &cpu, std::uint64_t target, std::uint64_t context) -> Script {
    std::int64_t result = PSCI_ON_PENDING;
    while (result == PSCI_ON_PENDING || result == PSCI_ALREADY_ON) {
        result = static_cast<std::int64_t> ((co_await cpu.hvc (PSCI_CPU_ON_64, {target, cpu.entry (), context}))[0]);
    }
    EXPECT_EQ (result, PSCI_SUCCESS);
}

/// Waits until CPU @p target is off.
auto wait_until_off (ScriptedCpu &cpu, std::uint64_t target) -> Script {
    while ((co_await cpu.hvc (PSCI_AFFINITY_INFO_64, {target, 0}))[0] != PSCI_AFFINITY_OFF) {
        co_await cpu.nop ();
    }
}

class MachinePower : public testing::TestWithParam<BoardName> {};

TEST_P (MachinePower, cpus_go_on_and_off_and_on_again) {
    constexpr unsigned rounds = 3;
    ScriptedMachine machine{GetParam (), {.cpus = 4, .slice = 2000}};
    std::array<std::uint64_t, 4> sum{};
    for (std::uint32_t i = 1; i < 4; ++i) {
        machine.script (i, [&sum, i] (ScriptedCpu &cpu) -> Script {
            sum[i] += cpu.context ();
            co_await cpu.nop ();
            co_await cpu.hvc (PSCI_CPU_OFF);
        });
    }
    machine.script (0, [] (ScriptedCpu &cpu) -> Script {
        for (unsigned round = 0; round < rounds; ++round) {
            for (std::uint64_t i = 1; i < 4; ++i) {
                co_await turn_on (cpu, i, 100 * i + 1);
            }
            for (std::uint64_t i = 1; i < 4; ++i) {
                co_await wait_until_off (cpu, i);
            }
        }
    });

    EXPECT_EQ (machine.boot_and_run (), Outcome::finished) << machine.console ();

    EXPECT_EQ (sum, (std::array<std::uint64_t, 4>{0, 101 * rounds, 201 * rounds, 301 * rounds}));
}

TEST_P (MachinePower, one_of_two_cpus_that_race_to_turn_on_a_third_wins) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        ScriptedMachine machine{GetParam (), {.cpus = 3, .seed = seed, .slice = 1000, .preemption = 2}};
        unsigned successes = 0;
        unsigned starts    = 0;
        const auto race    = [&successes] (ScriptedCpu &cpu) -> Script {
            const auto result = co_await cpu.hvc (PSCI_CPU_ON_64, {2, cpu.entry (), 0});
            successes += result[0] == success ? 1 : 0;
        };
        machine.script (0, [&race] (ScriptedCpu &cpu) -> Script {
            co_await turn_on (cpu, 1, 0);
            co_await race (cpu);
        });
        machine.script (1, race);
        machine.script (2, [&starts] (ScriptedCpu &cpu) -> Script {
            ++starts;
            co_await cpu.nop ();
        });

        EXPECT_EQ (machine.boot_and_run (), Outcome::finished) << "seed " << seed;

        EXPECT_EQ (successes, 1) << "seed " << seed;
        EXPECT_EQ (starts, 1) << "seed " << seed;
    }
}

TEST_P (MachinePower, a_call_by_smc_is_answered_like_one_by_hvc) {
    ScriptedMachine machine{GetParam ()};
    CallResult version{};
    CallResult unknown{};
    machine.script (0, [&] (ScriptedCpu &cpu) -> Script {
        version = co_await cpu.smc (PSCI_VERSION);
        unknown = co_await cpu.smc (0xc300'1234, {1, 2, 3});
    });

    EXPECT_EQ (machine.boot_and_run (), Outcome::finished);

    EXPECT_EQ (version[0], PSCI_VERSION_1_1);
    EXPECT_EQ (unknown[0], ~0ULL) << "and no SMC has reached firmware, or the machine would have said so";
}

TEST_P (MachinePower, the_host_can_turn_the_machine_off_and_reset_it) {
    for (const auto &[call, end] :
         {std::pair{PSCI_SYSTEM_OFF, Outcome::off}, std::pair{PSCI_SYSTEM_RESET, Outcome::reset}}) {
        ScriptedMachine machine{GetParam (), {.cpus = 2}};
        bool survived = false;
        machine.script (0, [&survived, function = call] (ScriptedCpu &cpu) -> Script {
            co_await cpu.hvc (function);
            survived = true;
        });

        EXPECT_EQ (machine.boot_and_run (), end);
        EXPECT_FALSE (survived);
    }
}

TEST_P (MachinePower, what_was_in_ram_is_there_after_a_reset) {
    constexpr std::array left{std::byte{0x5e}, std::byte{0xc2}, std::byte{0xe7}};
    Machine before{GetParam (), {}};
    Machine after{GetParam (), {}};
    const Pa somewhere = before.map ().ram_start + 0x123'4567;
    before.place (somewhere, left);

    after.take_over_ram (before);

    const auto *found = after.bus ().find_ram ({somewhere, left.size ()})->at (somewhere);
    EXPECT_TRUE (std::ranges::equal (left, std::span{found, left.size ()}));
}

TEST_P (MachinePower, a_suspended_cpu_goes_on_after_an_interrupt) {
    ScriptedMachine machine{GetParam ()};
    const Pa distributor = machine->map ().distributor.start;
    const Pa interface   = machine->map ().cpu_interface.start;
    CallResult result{1};
    machine.script (0, [&] (ScriptedCpu &cpu) -> Script {
        constexpr std::uint64_t virtual_timer = 1U << 27;
        const AccessOptions word{.size = 4};
        EXPECT_TRUE (co_await cpu.store (Ipa{(distributor + 0x100).value ()}, virtual_timer, word));
        EXPECT_TRUE (co_await cpu.store (Ipa{distributor.value ()}, 1, word));
        EXPECT_TRUE (co_await cpu.store (Ipa{(interface + 4).value ()}, 0xf0, word));
        EXPECT_TRUE (co_await cpu.store (Ipa{interface.value ()}, 1, word));
        machine->timer (CpuIndex{0}).set_timer_value (GenericTimer::Which::virtual_el1, 1'000'000);
        machine->timer (CpuIndex{0}).set_control (GenericTimer::Which::virtual_el1, 1);
        result = co_await cpu.hvc (PSCI_CPU_SUSPEND_64, {0, 0, 0});
    });

    EXPECT_EQ (machine.boot_and_run (), Outcome::finished);

    EXPECT_EQ (result[0], success);
    EXPECT_GE (machine->clock ().now (), 1'000'000);
}

INSTANTIATE_TEST_SUITE_P (Boards, MachinePower, testing::Values (BoardName::virt, BoardName::pi4b),
                          [] (const auto &info) { return board_name (info.param); });

}  // namespace
}  // namespace ravelin::sim

// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/sim/machine_fixture.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

constexpr std::uint64_t alignment_fault = 0x21;
constexpr std::uint64_t external_abort  = 0x10;

[[nodiscard]] auto ipa (Pa pa) -> Ipa {
    return Ipa{pa.value ()};
}

class MachineAccess : public testing::TestWithParam<BoardName> {};

TEST_P (MachineAccess, the_host_has_its_ram) {
    ScriptedMachine machine{GetParam ()};
    const Ipa somewhere = ipa (machine.kernel () + 0x100'0000);
    machine.script (0, [&] (ScriptedCpu &cpu) -> Script {
        EXPECT_TRUE (co_await cpu.store (somewhere, 0x1234));
        EXPECT_EQ (co_await cpu.load (somewhere), 0x1234);
        EXPECT_TRUE (co_await cpu.fetch (somewhere));
    });

    EXPECT_EQ (machine.boot_and_run (), Outcome::finished);
}

TEST_P (MachineAccess, the_host_does_not_have_ravelins_memory_and_survives_trying) {
    ScriptedMachine machine{GetParam ()};
    const Ipa first = ipa (machine->map ().image);
    const Ipa last  = first + (RavelinImage::own_size - 8);
    machine.script (0, [&] (ScriptedCpu &cpu) -> Script {
        for (const Ipa where : {first, last}) {
            const auto load = co_await cpu.load (where);
            EXPECT_EQ (load, std::unexpected (Abort{0x9600'0021, where.value ()}));

            const auto store = co_await cpu.store (where, 0x1234);
            EXPECT_EQ (store, std::unexpected (Abort{0x9600'0061, where.value ()}));

            const auto fetch = co_await cpu.fetch (where);
            EXPECT_EQ (fetch, std::unexpected (Abort{0x8600'0010, where.value ()}));
        }
        EXPECT_TRUE (co_await cpu.load (last + 8)) << "the page behind is the host's";
    });

    EXPECT_EQ (machine.boot_and_run (), Outcome::finished);
}

TEST_P (MachineAccess, neither_by_an_exclusive_nor_from_el0_nor_unaligned) {
    ScriptedMachine machine{GetParam ()};
    const Ipa own = ipa (machine->map ().image);
    machine.script (0, [&] (ScriptedCpu &cpu) -> Script {
        const auto from_el0 = co_await cpu.load (own, {.from_el0 = true});
        EXPECT_EQ (from_el0, std::unexpected (Abort{0x9200'0021, own.value ()}));

        const auto exclusive = co_await cpu.store (own, 0, {.exclusive = true});
        EXPECT_FALSE (exclusive);

        const auto unaligned = co_await cpu.load (own + 1);
        EXPECT_FALSE (unaligned);
    });

    EXPECT_EQ (machine.boot_and_run (), Outcome::finished);
}

TEST_P (MachineAccess, the_host_has_the_gic_but_not_its_virtual_parts) {
    ScriptedMachine machine{GetParam ()};
    const BoardMap &map = machine->map ();
    machine.script (0, [&] (ScriptedCpu &cpu) -> Script {
        const AccessOptions word{.size = 4};
        EXPECT_TRUE (co_await cpu.load (ipa (map.distributor.start + 4), word));
        EXPECT_TRUE (co_await cpu.load (ipa (map.cpu_interface.start + 4), word));
        EXPECT_TRUE (co_await cpu.load (ipa (map.pl011.start + 0x18), word));

        const auto control = co_await cpu.load (ipa (map.virtual_control.start), word);
        EXPECT_EQ (control.error ().status (), alignment_fault);
        const auto interface = co_await cpu.load (ipa (map.virtual_interface.start), word);
        EXPECT_EQ (interface.error ().status (), alignment_fault);
    });

    EXPECT_EQ (machine.boot_and_run (), Outcome::finished);
}

TEST_P (MachineAccess, nothing_but_what_is_listed_is_the_hosts) {
    ScriptedMachine machine{GetParam ()};
    machine.script (0, [&] (ScriptedCpu &cpu) -> Script {
        for (const Ipa hole : {Ipa{0x20'0000'0000}, Ipa{0x5'0000'0000}}) {
            EXPECT_EQ ((co_await cpu.load (hole)).error ().status (), alignment_fault);
            EXPECT_EQ ((co_await cpu.fetch (hole)).error ().status (), external_abort);
        }
    });

    EXPECT_EQ (machine.boot_and_run (), Outcome::finished);
}

TEST_P (MachineAccess, an_instruction_that_the_host_may_not_execute_is_undefined) {
    constexpr std::uint64_t register_trap = 0x18UL << 26 | 1UL << 25;
    constexpr std::uint64_t undefined     = 1UL << 25;  // EC 0, IL
    ScriptedMachine machine{GetParam ()};
    machine.script (0, [&] (ScriptedCpu &cpu) -> Script {
        const auto result = co_await cpu.trapped (register_trap);
        EXPECT_EQ (result.error ().esr, undefined);
    });

    EXPECT_EQ (machine.boot_and_run (), Outcome::finished);
}

INSTANTIATE_TEST_SUITE_P (Boards, MachineAccess, testing::Values (BoardName::virt, BoardName::pi4b),
                          [] (const auto &info) { return board_name (info.param); });

TEST (MachineAccessPi4b, the_power_block_is_reached_through_ravelin) {
    ScriptedMachine machine{BoardName::pi4b};
    const Ipa status = ipa (machine->map ().power_management.start + 0x20);
    machine.script (0, [&] (ScriptedCpu &cpu) -> Script {
        const AccessOptions word{.size = 4};
        const auto before = co_await cpu.load (status, word);
        EXPECT_EQ (before, 0x1000);

        EXPECT_TRUE (co_await cpu.store (status, 0x5a00'1002, word));
        EXPECT_EQ (co_await cpu.load (status, word), 0x1002);

        const auto doubleword = co_await cpu.load (status);
        EXPECT_EQ (doubleword.error ().status (), alignment_fault) << "only words are passed on";
    });

    EXPECT_EQ (machine.boot_and_run (), Outcome::finished);
}

TEST (MachineAccessPi4b, the_hosts_own_watchdog_resets_the_board) {
    ScriptedMachine machine{BoardName::pi4b};
    const Ipa power = ipa (machine->map ().power_management.start);
    machine.script (0, [&] (ScriptedCpu &cpu) -> Script {
        const AccessOptions word{.size = 4};
        EXPECT_TRUE (co_await cpu.store (power + 0x24, 0x5a00'0010, word));
        EXPECT_TRUE (co_await cpu.store (power + 0x1c, 0x5a00'0020, word));
        co_await cpu.wfi ();
    });

    EXPECT_EQ (machine.boot_and_run (), Outcome::reset);
}

}  // namespace
}  // namespace ravelin::sim

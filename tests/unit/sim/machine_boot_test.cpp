// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/sim/machine_fixture.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

using namespace hal::sysreg;

class MachineBoot : public testing::TestWithParam<BoardName> {};

TEST_P (MachineBoot, comes_to_the_hosts_first_instruction) {
    ScriptedMachine machine{GetParam (), {.cpus = 4}};

    ASSERT_TRUE (machine->boot ());

    Processor &cpu = machine->cpu (0);
    EXPECT_EQ (cpu.state (), Processor::State::host);
    EXPECT_EQ (Pa{cpu.hal ().read<elr_el2> ()}, machine.kernel ());
    EXPECT_EQ (Pa{cpu.registers ().x[0]}, machine->map ().image + 0x20'0000) << "the host's device tree";
}

TEST_P (MachineBoot, leaves_the_other_cpus_parked_or_off) {
    ScriptedMachine machine{GetParam (), {.cpus = 4}};

    ASSERT_TRUE (machine->boot ());

    const auto parked = GetParam () == BoardName::virt ? Processor::State::off : Processor::State::el2;
    for (std::uint32_t i = 1; i < 4; ++i) {
        EXPECT_EQ (machine->cpu (i).state (), parked);
    }
}

TEST_P (MachineBoot, says_so_on_the_console) {
    ScriptedMachine machine{GetParam (), {.cpus = 2}};

    ASSERT_TRUE (machine->boot ());

    EXPECT_NE (machine.console ().find ("2 CPUs"), std::string::npos) << machine.console ();
}

TEST_P (MachineBoot, works_with_one_cpu_and_with_eight_gigabytes) {
    ScriptedMachine machine{GetParam (), {.cpus = 1, .memory = 8ULL << 30}};

    EXPECT_TRUE (machine->boot ()) << machine.console ();
}

TEST_P (MachineBoot, does_not_depend_on_what_was_in_registers_and_memory) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        ScriptedMachine machine{GetParam (), {.cpus = 4, .seed = seed, .preemption = 3}};
        EXPECT_TRUE (machine->boot ()) << "seed " << seed << ": " << machine.console ();
    }
}

TEST_P (MachineBoot, complains_about_garbage_instead_of_a_device_tree) {
    ScriptedMachine machine{GetParam ()};
    machine->set_device_tree (machine->map ().image + RavelinImage::kernel_offset);

    EXPECT_FALSE (machine->boot ());

    EXPECT_EQ (machine->cpu (0).state (), Processor::State::stopped);
    EXPECT_NE (machine.console ().find ("no device tree"), std::string::npos) << machine.console ();
    EXPECT_EQ (machine->run (), Outcome::boot_failed);
}

TEST_P (MachineBoot, runs_with_a_gic_with_or_without_the_security_extension) {
    for (const auto security : {GicSecurity::absent, GicSecurity::non_secure}) {
        ScriptedMachine machine{GetParam (), {.cpus = 2, .gic_security = security}};
        EXPECT_TRUE (machine->boot ());
    }
}

INSTANTIATE_TEST_SUITE_P (Boards, MachineBoot, testing::Values (BoardName::virt, BoardName::pi4b),
                          [] (const auto &info) { return board_name (info.param); });

TEST (MachineBootPi4b, speaks_by_the_mini_uart_if_the_tree_names_it) {
    ScriptedMachine machine{BoardName::pi4b};
    TreeOptions options;
    options.console = ConsoleKind::mini_uart;
    const auto tree = DeviceTree::of (machine->map (), options);
    Loadables files;
    files.image       = RavelinImage::with_tiny_kernel ();
    files.device_tree = &tree;
    machine->load (files);

    ASSERT_TRUE (machine->boot ());

    EXPECT_NE (machine->mini_uart ().port ().sent ().find ("Ravelin"), std::string_view::npos);
}

}  // namespace
}  // namespace ravelin::sim

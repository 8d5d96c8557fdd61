// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/host_calls.h"
#include "hyp/abi/psci.h"
#include "sim/machine/violation.hpp"
#include "tests/unit/sim/machine_fixture.hpp"

#include <gtest/gtest.h>
#include <libfdt.h>
#include <sstream>

namespace ravelin::sim {
namespace {

/// Writes down each trap.
class Journal : public TrapObserver {
  public:
    void entered (Processor &cpu, const Registers &registers) override {
        text << cpu.machine ().clock ().now () << ' ' << cpu.index ().value () << " in " << registers.x[0] << '\n';
    }
    void leaving (Processor &cpu, const Registers &registers) override {
        text << cpu.machine ().clock ().now () << ' ' << cpu.index ().value () << " out " << registers.x[0] << '\n';
    }

    std::ostringstream text;
};

/// Four CPUs that call and turn each other on, as @p seed has it.
[[nodiscard]] auto journal_of (std::uint64_t seed) -> std::string {
    ScriptedMachine machine{BoardName::pi4b, {.cpus = 4, .seed = seed, .slice = 1000, .preemption = 3}};
    Journal journal;
    for (std::uint32_t i = 0; i < 4; ++i) {
        machine->cpu (i).observe (&journal);
        machine.script (i, [i] (ScriptedCpu &cpu) -> Script {
            co_await cpu.hvc (PSCI_CPU_ON_64, {i + 1, cpu.entry (), i});
            for (int n = 0; n < 20; ++n) {
                co_await cpu.hvc (RAVELIN_NULL);
            }
        });
    }
    EXPECT_EQ (machine.boot_and_run (), Outcome::finished);
    return journal.text.str ();
}

TEST (MachineRun, the_same_seed_gives_the_same_run) {
    EXPECT_EQ (journal_of (1), journal_of (1));
    EXPECT_NE (journal_of (1), journal_of (2));
}

TEST (MachineRun, ends_when_its_time_is_over_and_goes_on_later) {
    ScriptedMachine machine{BoardName::virt};
    unsigned turns = 0;
    machine.script (0, [&] (ScriptedCpu &cpu) -> Script {
        while (true) {
            ++turns;
            co_await cpu.nop ();
        }
    });
    ASSERT_TRUE (machine->boot ());

    EXPECT_EQ (machine->run (10'000), Outcome::time_over);
    const unsigned before = turns;
    EXPECT_GT (before, 0);
    EXPECT_EQ (machine->run (10'000), Outcome::time_over);
    EXPECT_GT (turns, before);
}

TEST (MachineRun, a_host_that_nothing_will_wake_is_asleep) {
    ScriptedMachine machine{BoardName::virt};
    machine.script (0, [] (ScriptedCpu &cpu) -> Script { co_await cpu.wfi (); });

    EXPECT_EQ (machine.boot_and_run (), Outcome::asleep);
}

TEST (MachineRun, input_from_outside_wakes_a_host_that_waits_for_it) {
    ScriptedMachine machine{BoardName::virt};
    const BoardMap &map = machine->map ();
    std::uint64_t typed = 0;
    machine.script (0, [&] (ScriptedCpu &cpu) -> Script {
        const AccessOptions word{.size = 4};
        const auto write = [&] (Pa where, std::uint64_t value) {
            return cpu.store (Ipa{where.value ()}, value, word);
        };
        co_await write (map.pl011.start + 0x38, 0x10);                    // receive interrupt
        co_await write (map.distributor.start + 0x104, 1U << (33 - 32));  // enabled
        co_await write (map.distributor.start, 1);
        co_await write (map.cpu_interface.start + 4, 0xf0);
        co_await write (map.cpu_interface.start, 1);
        co_await cpu.wfi ();
        typed = (co_await cpu.load (Ipa{map.pl011.start.value ()}, word)).value_or (0);
    });
    ASSERT_EQ (machine.boot_and_run (), Outcome::asleep);

    machine->uart ().receive ("y");

    EXPECT_EQ (machine->run (), Outcome::finished);
    EXPECT_EQ (typed, 'y');
}

TEST (MachineRun, what_a_script_throws_comes_out_of_run) {
    ScriptedMachine machine{BoardName::virt};
    machine.script (0, [] (ScriptedCpu &cpu) -> Script {
        co_await cpu.nop ();
        throw std::runtime_error{"from a script"};
    });
    ASSERT_TRUE (machine->boot ());

    EXPECT_THROW (static_cast<void> (machine->run ()), std::runtime_error);
}

TEST (MachineRun, a_test_takes_traps_itself_without_engines) {
    ScriptedMachine machine{BoardName::virt, {.cpus = 2}};
    ASSERT_TRUE (machine->boot ());

    Registers registers{};
    registers.x[0] = PSCI_CPU_ON_64;
    registers.x[1] = 1;
    registers.x[2] = machine.kernel ().value ();
    EXPECT_EQ (machine->cpu (0).hvc (registers), Next::resume);
    EXPECT_EQ (registers.x[0], 0);
    machine->settle ();
    EXPECT_EQ (machine->cpu (1).state (), Processor::State::host);

    registers.x[0] = PSCI_CPU_OFF;
    EXPECT_EQ (machine->cpu (1).hvc (registers), Next::off);
    machine->settle ();
    EXPECT_NE (machine->cpu (1).state (), Processor::State::host);
    EXPECT_THROW (static_cast<void> (machine->cpu (1).hvc (registers)), std::logic_error);
}

TEST (MachineRun, a_machine_has_one_to_eight_cpus) {
    EXPECT_THROW (static_cast<void> (Machine::virt ({.cpus = 0})), std::invalid_argument);
    EXPECT_THROW (static_cast<void> (Machine::virt ({.cpus = 9})), std::invalid_argument);
}

TEST (MachineRun, files_that_do_not_fit_into_ram_are_refused) {
    auto machine = Machine::virt ({.memory = 4ULL << 20});
    Loadables files;
    files.image = RavelinImage::with_tiny_kernel ();

    EXPECT_THROW (machine.load (files), std::invalid_argument);
}

TEST (MachineRun, the_loader_tells_the_host_of_its_initramfs_and_command_line) {
    auto machine = Machine::pi4b ({});
    Loadables files;
    files.image        = RavelinImage::with_tiny_kernel ();
    files.initrd       = {std::byte{'i'}, std::byte{'n'}};
    files.command_line = "panic=-1";
    machine.load (files);
    ASSERT_TRUE (machine.boot ());

    // The tree that Ravelin made of the loader's, where X0 points to.
    const Pa tree   = Pa{machine.cpu (0).registers ().x[0]};
    const auto *ram = machine.bus ().find_ram ({tree, 4096});
    ASSERT_NE (ram, nullptr);
    const void *blob = ram->at (tree);
    const int chosen = fdt_path_offset (blob, "/chosen");
    EXPECT_STREQ (static_cast<const char *> (fdt_getprop (blob, chosen, "bootargs", nullptr)), "panic=-1");
    const auto *start = static_cast<const fdt64_t *> (fdt_getprop (blob, chosen, "linux,initrd-start", nullptr));
    ASSERT_NE (start, nullptr);
    EXPECT_EQ (machine.bus ().read (CpuIndex{0}, Pa{fdt64_to_cpu (*start)}, 2), 'n' << 8 | 'i');
}

}  // namespace
}  // namespace ravelin::sim

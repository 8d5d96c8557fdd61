// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "sim/trace/first_events.hpp"
#include "sim/trace/tracer.hpp"
#include "tests/unit/hyp/vm_machine.hpp"
#include "tests/unit/sim/machine_fixture.hpp"
#include "tests/unit/trace/events.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace ravelin::sim::trace {
namespace {
using ::testing::ElementsAre;
using ::testing::StartsWith;

/// The lines that begin with one of these words, in order.
[[nodiscard]] auto only (const test::Lines &trace, std::initializer_list<std::string_view> kinds)
    -> std::vector<std::string> {
    auto lines = trace.what ();
    std::erase_if (lines, [&] (const std::string &line) {
        return std::ranges::find (kinds, line.substr (0, line.find (' '))) == kinds.end ();
    });
    return lines;
}

class TracerTest : public testing::Test {
  protected:
    ravelin::test::VmMachine machine;
    std::uint64_t vm{machine.make_vm (false)};
    test::Lines trace;
};

TEST_F (TracerTest, tells_of_a_trap_its_locks_and_its_return) {
    Tracer tracer{machine.machine ()};
    tracer.add (trace);
    machine.hal ().write<hal::sysreg::elr_el2> (0x4060'0000);

    EXPECT_EQ (machine.call ({RAVELIN_VCPU_GET, vm, 0, RAVELIN_REGISTER_PC}), RAVELIN_SUCCESS);

    EXPECT_THAT (
        trace.what (),
        ElementsAre (StartsWith ("trap cause=hvc vmid=0 vcpu=0 elr=0x40600000 esr=0x5a000000 x0=0xc6000019 x1="),
                     "lock rank=vm", "unlock rank=vm",
                     "return vmid=0 vcpu=0 elr=0x40600000 x0=0x0 x1=0x40000000 x2=0x0 x3=0x1f x4=0x40000000"));
}

TEST_F (TracerTest, tells_of_traps_alone_who_wants_no_more) {
    test::Lines all;
    Tracer tracer{machine.machine ()};
    tracer.add (trace, Tracer::Extent::traps);
    static_cast<void> (machine.call ({PSCI_VERSION}));
    EXPECT_EQ (machine.hal ().observer (), nullptr) << "nothing else is told";
    tracer.add (all);
    static_cast<void> (machine.call ({RAVELIN_VCPU_GET, vm, 0, RAVELIN_REGISTER_PC}));

    EXPECT_THAT (trace.what (), ElementsAre (StartsWith ("trap "), StartsWith ("return "), StartsWith ("trap "),
                                             StartsWith ("return ")));
    EXPECT_EQ (only (all, {"lock"}).size (), 1U);
}

TEST_F (TracerTest, is_cut_behind_the_first_events_but_has_its_end) {
    {
        FirstEvents first{trace, 3};
        Tracer tracer{machine.machine ()};
        tracer.add (first, Tracer::Extent::traps);
        static_cast<void> (machine.call ({PSCI_VERSION}));
        static_cast<void> (machine.call ({PSCI_VERSION}));
    }
    EXPECT_THAT (trace.what (),
                 ElementsAre (StartsWith ("trap "), StartsWith ("return "), StartsWith ("trap "), "end"));
}

TEST_F (TracerTest, tells_whose_table_a_store_changes_and_what_follows) {
    const auto page = machine.pages (1);
    ASSERT_EQ (machine.call ({RAVELIN_VM_LEND, vm, machine.ram, page, 1, RAVELIN_WRITABLE}), RAVELIN_SUCCESS);
    machine.enter (vm);  // hardware knows its root from here on
    machine.interrupt ();
    Tracer tracer{machine.machine ()};
    tracer.add (trace);
    machine.enter (vm);
    machine.interrupt ();
    trace.lines.clear ();

    EXPECT_EQ (machine.call ({RAVELIN_VM_UNMAP, vm, machine.ram, 1}), RAVELIN_SUCCESS);

    const auto lines = only (trace, {"table", "tlbi", "dsb"});
    ASSERT_GE (lines.size (), 8U);
    EXPECT_THAT (lines[0], StartsWith ("table vmid=1 level=3 ipa=0x40000000 pa="));
    EXPECT_NE (lines[0].find ("old=" + hex (page | 0x7ff) + " new=0x0"), std::string::npos) << lines[0];
    const auto tail = std::vector (lines.end () - 5, lines.end ());
    EXPECT_THAT (tail, ElementsAre ("dsb domain=ishst", "tlbi op=ipas2e1is vmid=1 ipa=0x40000000", "dsb domain=ish",
                                    "tlbi op=vmalle1is vmid=1", "dsb domain=ish"));
}

TEST_F (TracerTest, tells_of_world_switches_and_aborts) {
    Tracer tracer{machine.machine ()};
    tracer.add (trace);

    machine.enter (vm);
    static_cast<void> (machine.guest_abort (0x900'0010, ravelin::test::iss_transfer (2, 0)));

    const auto lines = only (trace, {"trap", "return"});
    ASSERT_EQ (lines.size (), 4U);
    EXPECT_THAT (lines[1], StartsWith ("return vmid=1 vcpu=0 elr=0x40000000 x0=0x1234"));
    EXPECT_THAT (lines[2], StartsWith ("trap cause=data-abort vmid=1 vcpu=0 elr=0x40000000"));
    EXPECT_NE (lines[2].find ("far=0x9000010 ipa=0x9000010"), std::string::npos) << lines[2];
    EXPECT_THAT (lines[3], StartsWith ("return vmid=0 vcpu=0"));
}

TEST_F (TracerTest, ends_with_the_end_and_is_told_nothing_afterwards) {
    {
        Tracer tracer{machine.machine ()};
        tracer.add (trace);
    }
    EXPECT_EQ (machine.call ({RAVELIN_NULL}), RAVELIN_SUCCESS);
    EXPECT_THAT (trace.what (), ElementsAre ("end"));
}

/// Two CPUs, stopped in the middle of traps, as @p seed has it.
struct Raced {
    std::vector<std::string> lines;
    Ticks end;
    Outcome outcome;
};

[[nodiscard]] auto race (std::uint64_t seed, bool traced) -> Raced {
    ScriptedMachine machine{BoardName::virt, {.cpus = 2, .seed = seed, .slice = 1000, .preemption = 3}};
    test::Lines trace;
    std::optional<Tracer> tracer;
    if (traced) { tracer.emplace (machine.get ()).add (trace); }
    for (std::uint32_t i = 0; i < 2; ++i) {
        machine.script (i, [i] (ScriptedCpu &cpu) -> Script {
            co_await cpu.hvc (PSCI_CPU_ON_64, {1, cpu.entry (), 0});
            for (std::uint64_t n = 0; n < 20; ++n) {
                const std::uint64_t place = 0x5000'0000 + (2 * n + i) * RAVELIN_VM_PAGES * page_size;
                co_await cpu.hvc (RAVELIN_VM_CREATE, {place, 40, 1});
            }
        });
    }
    const auto outcome = machine.boot_and_run ();
    tracer.reset ();
    return {trace.lines, machine->clock ().now (), outcome};
}

TEST (Tracer, makes_the_same_trace_of_the_same_seed_and_changes_nothing) {
    const auto once = race (1, true);
    EXPECT_EQ (once.outcome, Outcome::finished);
    EXPECT_EQ (once.lines, race (1, true).lines);
    EXPECT_NE (once.lines, race (2, true).lines);
    EXPECT_EQ (once.end, race (1, false).end);
}

TEST (Tracer, tells_that_a_cpu_waits_for_another) {
    const auto lines = race (1, true).lines;
    EXPECT_TRUE (std::ranges::any_of (lines, [] (const std::string &line) { return line.ends_with (" spin"); }));
    // And of each CPU's start, as a return.
    EXPECT_TRUE (std::ranges::any_of (
        lines, [] (const std::string &line) { return line.find (" 1 return vmid=0 vcpu=1") != std::string::npos; }));
}

}  // namespace
}  // namespace ravelin::sim::trace

// SPDX-License-Identifier: BSD-2-Clause
#include "common.hpp"
#include "sim/explore/canonical.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/machine/violation.hpp"

#include <atomic>
#include <gtest/gtest.h>

namespace ravelin::sim::explore {
namespace {

constexpr std::uint32_t virtual_timer = 27;

constexpr Step soon{.action = Action::host_sets_timer, .option = moment::soon};
constexpr Step time_passes{.action = Action::time_passes};

/// A scope that is explored in no time.
constexpr Scope tiny{.protected_vms = 0, .plain_vms = 1, .pages = 1, .cpus = 1, .sgis = 1, .states = 1, .modes = 1};

[[nodiscard]] auto explore (const Ways &ways) -> Progress {
    const std::atomic<bool> never_stop{};
    Explorer explorer{{.scope = tiny, .ways = ways}};
    while (explorer.advance (never_stop)) {}
    EXPECT_EQ (explorer.problem (), std::nullopt);
    return explorer.progress ();
}

TEST (ExploredInterrupts, begin_with_a_vm_in_its_host) {
    ExploredMachine machine{*read_scope ("vgic-sgi")};
    ASSERT_NE (machine.vm (0), nullptr);
    EXPECT_TRUE (machine.vm (0)->has_gic ());
    EXPECT_EQ (machine.guest_on (0), std::nullopt);
    EXPECT_NO_THROW (machine.check_all ());
}

TEST (ExploredInterrupts, an_interrupt_goes_from_the_host_to_the_guest) {
    ExploredMachine machine{*read_scope ("vgic")};
    take_all (machine, {run (0), guest (Action::interrupt)});
    EXPECT_EQ (machine.guest_on (0), std::nullopt);
    take_all (machine, {{.action = Action::vm_set_line, .option = wire::up, .intid = 32}, run (0)});
    EXPECT_TRUE (machine.machine ().gic ().virtual_irq_pending (CpuIndex{0}));
    take_all (machine, {guest (Action::gicc_acknowledge)});
    EXPECT_FALSE (machine.machine ().gic ().virtual_irq_pending (CpuIndex{0}));
    take_all (machine, {{.action = Action::gicc_end, .intid = 32}});
    EXPECT_TRUE (machine.machine ().gic ().irq_pending (CpuIndex{0})) << "its wire is still up";
    take_all (machine, {guest (Action::own_interrupt)});
    EXPECT_TRUE (machine.machine ().gic ().virtual_irq_pending (CpuIndex{0}));
}

TEST (ExploredInterrupts, gic_timers_and_time_go_back_with_the_machine) {
    ExploredMachine machine{*read_scope ("timer")};
    machine.mark ();
    const Key before = key_of (machine);
    const auto now   = machine.machine ().clock ().now ();
    for (const Step &step :
         {run (0), Step{.action = Action::guest_sets_timer, .option = moment::soon, .intid = virtual_timer},
          time_passes, guest (Action::own_interrupt), guest (Action::gicc_acknowledge), guest (Action::interrupt),
          soon}) {
        EXPECT_TRUE (machine.take (step));
        machine.mark ();
    }
    EXPECT_NE (key_of (machine), before);
    while (machine.marks () > 1) {
        machine.forget_mark ();
    }
    EXPECT_EQ (key_of (machine), before);
    EXPECT_EQ (machine.machine ().clock ().now (), now);
    EXPECT_NO_THROW (machine.check_all ());
}

TEST (ExploredInterrupts, the_host_is_told_when_its_timer_runs_out) {
    ExploredMachine machine{*read_scope ("timer")};
    take_all (machine, {soon, run (0), time_passes});
    ASSERT_TRUE (machine.machine ().gic ().irq_pending (CpuIndex{0}));
    take_all (machine, {guest (Action::own_interrupt)});
    EXPECT_EQ (machine.guest_on (0), std::nullopt);
    ASSERT_TRUE (machine.machine ().gic ().irq_pending (CpuIndex{0}));
    take_all (machine, {guest (Action::host_takes_interrupt)});
    EXPECT_FALSE (machine.machine ().gic ().irq_pending (CpuIndex{0}));
}

TEST (ExploredInterrupts, an_el2_that_does_not_tell_the_host_is_found_out) {
    ExploredMachine machine{*read_scope ("timer")};
    take_all (machine, {soon, run (0)});
    machine.hal ().write<hal::sysreg::cnthp_ctl_el2> (0);
    EXPECT_THROW (take_all (machine, {time_passes}), Violation);
}

TEST (ExploredInterrupts, a_host_whose_timer_is_another_is_found_out) {
    ExploredMachine machine{*read_scope ("timer")};
    take_all (machine, {soon});
    machine.hal ().write<hal::sysreg::cntv_ctl_el0> (0);
    EXPECT_THROW (take_all (machine, {{.cpu = 1, .action = Action::vcpu_run}}), Violation);
}

TEST (ExploredInterrupts, a_host_whose_timer_is_held_back_is_found_out) {
    ExploredMachine machine{*read_scope ("timer")};
    constexpr std::uint64_t gicd_isactiver = 0x300;
    machine.machine ().gic ().distributor ().write ({.cpu = CpuIndex{0}, .offset = gicd_isactiver, .size = 4},
                                                    1U << virtual_timer);
    EXPECT_THROW (take_all (machine, {{.cpu = 1, .action = Action::vcpu_run}}), Violation);
}

TEST (ExploredInterrupts, are_the_same_states_whichever_step_is_taken_first) {
    const Progress one   = explore ({});
    const Progress other = explore ({.backwards = true});
    EXPECT_TRUE (one.closed ());
    EXPECT_GT (one.states, 100U);
    EXPECT_EQ (one.states, other.states);
    EXPECT_EQ (one.transitions, other.transitions);
    EXPECT_EQ (one.depth, other.depth);
}

}  // namespace
}  // namespace ravelin::sim::explore

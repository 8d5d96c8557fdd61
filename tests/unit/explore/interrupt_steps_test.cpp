// SPDX-License-Identifier: BSD-2-Clause
#include "common.hpp"
#include "sim/explore/steps.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

namespace ravelin::sim::explore {
namespace {

/// Those that there are behind @p way in a scope that has a name.
[[nodiscard]] auto steps_after (const std::string &scope, const Way &way) -> std::vector<Step> {
    ExploredMachine machine{*read_scope (scope)};
    take_all (machine, way);
    std::vector<Step> steps;
    find_steps (machine, steps);
    return steps;
}

[[nodiscard]] auto count (const std::vector<Step> &steps, Action action) -> std::ptrdiff_t {
    return std::ranges::count (steps, action, &Step::action);
}

TEST (InterruptSteps, are_never_twice_the_same) {
    for (const char *const scope : {"vgic", "vgic-many", "vgic-sgi", "timer-two"}) {
        std::set<std::string> texts;
        for (const Step &step : steps_after (scope, {run (0)})) {
            EXPECT_TRUE (texts.insert (to_text (step)).second) << scope << ": " << to_text (step);
        }
    }
}

TEST (InterruptSteps, change_all_of_an_interrupt_where_that_is_explored) {
    EXPECT_EQ (count (steps_after ("vgic", {run (0)}), Action::gicd_change), 10);
    EXPECT_EQ (count (steps_after ("vgic-two", {run (0)}), Action::gicd_change), 12) << "states of two";
    EXPECT_EQ (count (steps_after ("vgic-many", {run (0)}), Action::gicd_change), 0);
    EXPECT_EQ (count (steps_after ("vgic-spi", {run (0)}), Action::gicd_change), 4) << "where it goes";
}

TEST (InterruptSteps, acknowledge_what_is_there_and_end_what_was_acknowledged) {
    const Step raise{.action = Action::vm_set_line, .option = wire::up, .intid = 32};
    const auto idle  = steps_after ("vgic", {run (0)});
    const auto there = steps_after ("vgic", {raise, run (0)});
    const auto taken = steps_after ("vgic", {raise, run (0), guest (Action::gicc_acknowledge)});
    EXPECT_EQ (count (idle, Action::gicc_acknowledge), 0);
    EXPECT_EQ (count (there, Action::gicc_acknowledge), 1);
    EXPECT_EQ (count (there, Action::gicc_end), 0);
    EXPECT_EQ (count (taken, Action::gicc_acknowledge), 0);
    EXPECT_EQ (count (taken, Action::gicc_end), 1);
}

TEST (InterruptSteps, are_taken_by_el2_where_it_has_an_interrupt) {
    const Step other_runs{.cpu = 1, .action = Action::vcpu_run, .vcpu = 1};
    const Step sends{.cpu = 1, .action = Action::gicd_send, .option = 1, .intid = 0};
    EXPECT_EQ (count (steps_after ("vgic-sgi", {run (0), other_runs}), Action::own_interrupt), 0);
    EXPECT_EQ (count (steps_after ("vgic-sgi", {run (0), other_runs, sends}), Action::own_interrupt), 1);
}

TEST (InterruptSteps, let_time_pass_where_there_are_timers) {
    const auto with = steps_after ("timer-two", {run (0)});
    EXPECT_EQ (count (with, Action::time_passes), 1);
    EXPECT_EQ (count (with, Action::guest_sets_timer), 10) << "each of two to five moments";
    EXPECT_EQ (count (with, Action::guest_reads_timer), 3);
    EXPECT_EQ (count (steps_after ("vgic", {run (0)}), Action::time_passes), 0);
    EXPECT_EQ (count (steps_after ("timer", {}), Action::host_sets_timer), 4) << "on each CPU";
}

TEST (InterruptSteps, are_written_as_words_and_as_code) {
    const Step change{.action = Action::gicd_change, .option = gicd::to_second, .intid = 32};
    EXPECT_EQ (to_text (change), "CPU 0: the guest changes an interrupt, INTID 32, option to_second");
    EXPECT_EQ (to_code (change), "{.cpu = 0, .action = Action::gicd_change, .option = gicd::to_second, .intid = 32}");
    const Step timer{.cpu = 1, .action = Action::host_sets_timer, .option = moment::soon};
    EXPECT_EQ (to_text (timer), "CPU 1: the host sets its timer, option soon");
    EXPECT_EQ (to_code (timer), "{.cpu = 1, .action = Action::host_sets_timer, .option = moment::soon}");
    EXPECT_EQ (to_text ({.action = Action::gicc_end, .intid = 5}), "CPU 0: the guest ends, INTID 5");
    EXPECT_EQ (to_code ({.action = Action::vm_set_line, .option = wire::pulse, .intid = 33}),
               "{.cpu = 0, .action = Action::vm_set_line, .vm = 0, .option = 2, .intid = 33}");
}

}  // namespace
}  // namespace ravelin::sim::explore

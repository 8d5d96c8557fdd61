// SPDX-License-Identifier: BSD-2-Clause
#include "common.hpp"
#include "sim/explore/mistakes.hpp"
#include "sim/explore/steps.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ravelin::sim::explore {
namespace {

[[nodiscard]] auto steps_after (const Way &way) -> std::vector<Step> {
    ExploredMachine machine{{}};
    take_all (machine, way);
    std::vector<Step> steps;
    find_steps (machine, steps);
    return steps;
}

[[nodiscard]] auto has (const std::vector<Step> &steps, auto holds) -> bool {
    return std::ranges::any_of (steps, holds);
}

TEST (Steps, are_never_twice_the_same) {
    auto steps = steps_after (join ({made (0), made (2), {donate (0, 0), run (0)}}));
    std::set<std::string> texts;
    for (const Step &step : steps) {
        EXPECT_TRUE (texts.insert (to_text (step)).second) << to_text (step);
    }
}

TEST (Steps, name_one_page_of_those_that_look_the_same) {
    const auto is_donation = [] (const Step &step) {
        return step.action == Action::vm_donate && step.vm == 0 && step.place == 0 && step.page < Scope::most_pages;
    };
    EXPECT_EQ (std::ranges::count_if (steps_after (made (0)), is_donation), 1);
    EXPECT_EQ (std::ranges::count_if (steps_after (join ({made (0), {donate (0, 1)}})), is_donation), 2);
}

TEST (Steps, are_the_guests_where_a_guest_runs_and_the_hosts_elsewhere) {
    const auto steps = steps_after (join ({made (0), {run (0, 1)}}));
    EXPECT_TRUE (has (steps, [] (const Step &step) { return step.cpu == 1 && step.action == Action::guest_share; }));
    EXPECT_TRUE (has (steps, [] (const Step &step) { return step.cpu == 0 && step.action == Action::vm_destroy; }));
    for (const Step &step : steps) {
        EXPECT_EQ (step.cpu == 1, step.action >= Action::guest_load) << to_text (step);
    }
}

TEST (Steps, include_every_action) {
    std::set<Action> seen;
    for (const Step &step : steps_after (join ({made (0), made (2), {run (0)}}))) {
        seen.insert (step.action);
    }
    constexpr std::size_t psci = 3;  // that is about several vCPUs
    EXPECT_EQ (seen.size (), std::to_underlying (Action::interrupt) + 1U - psci);
}

TEST (Steps, are_about_each_vcpu_where_a_vm_has_several) {
    ExploredMachine machine{*read_scope ("psci")};
    take_all (machine, join ({made (0), {run (0)}}));
    std::vector<Step> steps;
    find_steps (machine, steps);
    const auto count = [&] (Action action) {
        return std::ranges::count (steps, action, &Step::action);
    };
    EXPECT_EQ (count (Action::guest_cpu_on), 8) << "three, and one that there isn't, at a good place and at a bad one";
    EXPECT_EQ (count (Action::guest_affinity), 4);
    EXPECT_EQ (count (Action::guest_cpu_off), 1);
    EXPECT_TRUE (has (steps, [] (const Step &step) { return step.action == Action::vcpu_run && step.vcpu == 2; }));
    EXPECT_TRUE (has (steps, [] (const Step &step) { return step.action == Action::vcpu_get && step.vcpu == 1; }));
}

TEST (Steps, with_a_mistake_are_refused_and_change_nothing) {
    for (const Way &way : {Way{}, join ({made (0), made (2)}), join ({made (0), {donate (0, 0), run (0)}}),
                           join ({made (0), {{.action = Action::vm_destroy, .vm = 0}}})}) {
        ExploredMachine machine{{.vcpus = 2}};
        take_all (machine, way);
        machine.mark ();
        std::vector<Step> steps;
        find_mistakes (machine, steps);
        std::set<std::uint8_t> made;
        for (const Step &step : steps) {
            EXPECT_FALSE (machine.take (step)) << to_text (step);
            EXPECT_NE (machine.seen_on (step.cpu).registers.x[0], 0U) << to_text (step);
            made.insert (step.mistake);
        }
        const bool both = machine.guest_on (0).has_value ();
        EXPECT_EQ (both, made.size () == mistakes ().size ()) << made.size ();
    }
}

TEST (Steps, are_written_as_words_and_as_code) {
    const Step step{
        .cpu = 1, .action = Action::vm_lend, .vm = 2, .page = page::ravelins, .place = place::outside, .option = 1};
    EXPECT_EQ (to_text (step), "CPU 1: VM_LEND, VM 2, page ravelins, IPA outside, option 1");
    EXPECT_EQ (to_code (step), "{.cpu = 1, .action = Action::vm_lend, .vm = 2, .page = page::ravelins, "
                               ".place = place::outside, .option = 1}");
    Step wrong    = donate (0, 3);
    wrong.mistake = 1;
    EXPECT_EQ (to_text (wrong), "CPU 0: VM_DONATE, VM 0, page data 3, IPA data 0, but X1 is no multiple of 16 KiB");
    EXPECT_EQ (to_code (wrong),
               "{.cpu = 0, .action = Action::vm_donate, .vm = 0, .page = 3, .place = 0, .mistake = 1}");
    EXPECT_EQ (to_text (donate (0, 3)), "CPU 0: VM_DONATE, VM 0, page data 3, IPA data 0");
    EXPECT_EQ (to_code (donate (0, 3)), "{.cpu = 0, .action = Action::vm_donate, .vm = 0, .page = 3, .place = 0}");
    EXPECT_EQ (to_text (guest (Action::guest_waits)), "CPU 0: the guest waits");
    EXPECT_EQ (to_text ({.action = Action::vcpu_get, .vm = 1, .vcpu = 2}), "CPU 0: VCPU_GET, VM 1, vCPU 2");
    EXPECT_EQ (to_text ({.action = Action::guest_affinity}), "CPU 0: the guest asks for AFFINITY_INFO, vCPU 0");
    EXPECT_EQ (to_code ({.action = Action::guest_cpu_on, .vcpu = 1, .place = place::firmware}),
               "{.cpu = 0, .action = Action::guest_cpu_on, .vcpu = 1, .place = place::firmware}");
}

}  // namespace
}  // namespace ravelin::sim::explore

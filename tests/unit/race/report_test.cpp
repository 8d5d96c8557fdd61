// SPDX-License-Identifier: BSD-2-Clause
#include "sim/race/tool/report.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim::race {

namespace {
using namespace explore;

[[nodiscard]] auto finding () -> Finding {
    Finding finding{.seed     = 7,
                    .way      = {{.action = Action::vm_create, .vm = 0, .page = page::control}},
                    .steps    = {{.action = Action::vm_find}, {.cpu = 1, .action = Action::vm_destroy, .vm = 0}},
                    .schedule = {},
                    .what     = "a \"thing\""};
    finding.schedule.add (Schedule::Run{0, 3});
    finding.schedule.add (Schedule::Run{1, 2});
    return finding;
}
}  // namespace

TEST (RaceReport, says_what_and_how_to_people) {
    EXPECT_EQ (to_text (finding ()), "VIOLATION: a \"thing\"\n"
                                     "seed 7, a way there:\n"
                                     "  CPU 0: VM_CREATE, VM 0, page control\n"
                                     "and at the same time:\n"
                                     "  CPU 0: VM_FIND\n"
                                     "  CPU 1: VM_DESTROY, VM 0\n"
                                     "schedule: 0*3 1*2\n");
}

TEST (RaceReport, says_that_no_schedule_is_needed) {
    auto any     = finding ();
    any.schedule = {};
    EXPECT_TRUE (to_text (any).ends_with ("schedule: any: one after the other\n"));
}

TEST (RaceReport, says_the_same_as_json) {
    EXPECT_EQ (to_json (finding ()),
               R"({"seed": 7, "what": "a \"thing\"", "way": ["CPU 0: VM_CREATE, VM 0, page control"], )"
               R"("steps": ["CPU 0: VM_FIND", "CPU 1: VM_DESTROY, VM 0"], "schedule": "0*3 1*2"})");
}

TEST (RaceReport, says_how_much_was_tried) {
    Report report{.scope = {}, .states = 3, .seeds = 4, .races = 32};
    EXPECT_EQ (to_text (report), "protected_vms 2, plain_vms 1, pages 3, ipas 1, cpus 2, vcpus 1\n"
                                 "3 states, 4 seeds, 32 races\n"
                                 "0 violations\n");
    EXPECT_EQ (to_json (report),
               R"({"scope": "protected_vms 2, plain_vms 1, pages 3, ipas 1, cpus 2, vcpus 1", "states": 3, )"
               R"("seeds": 4, "races": 32, "finding": null})"
               "\n");
    report.finding = finding ();
    EXPECT_TRUE (to_text (report).ends_with ("32 races\n" + to_text (finding ())));
    EXPECT_TRUE (to_json (report).ends_with (R"("finding": )" + to_json (finding ()) + "}\n"));
}

TEST (RaceReport, says_the_same_as_a_test) {
    EXPECT_EQ (to_test (finding (), Scope{}),
               "TEST (Raced, finding_of_seed_7) {\n"
               "    // a \"thing\"\n"
               "    const std::vector<Step> way{Step{.cpu = 0, .action = Action::vm_create, .vm = 0, "
               ".page = page::control}};\n"
               "    const std::vector<Step> steps{Step{.cpu = 0, .action = Action::vm_find},\n"
               "        Step{.cpu = 1, .action = Action::vm_destroy, .vm = 0}};\n"
               "    EXPECT_NO_THROW (race_again ({.protected_vms = 2, .plain_vms = 1, .pages = 3, .ipas = 1, .cpus = "
               "2, .vcpus = 1}, "
               "way, steps, \"0*3 1*2\"));\n"
               "}\n");
}

}  // namespace ravelin::sim::race

// SPDX-License-Identifier: BSD-2-Clause
#include "common.hpp"
#include "sim/explore/tool/options.hpp"
#include "sim/explore/tool/report.hpp"

#include <array>
#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ravelin::sim::explore {
namespace {

using testing::HasSubstr;

constexpr Scope tiny{.protected_vms = 0, .plain_vms = 1, .pages = 1, .ipas = 1, .cpus = 1};

const std::atomic<bool> never{};

TEST (ExploreReport, says_how_much_was_explored) {
    Explorer explorer{{.scope = tiny}};
    static_cast<void> (explorer.advance (never));
    EXPECT_THAT (to_text (explorer.progress (), explorer.problem (), tiny), HasSubstr ("states are left"));
    EXPECT_THAT (to_json (explorer.progress (), explorer.problem (), tiny), HasSubstr (R"("closed": false)"));
    while (explorer.advance (never)) {}
    EXPECT_THAT (to_text (explorer.progress (), explorer.problem (), tiny), HasSubstr (to_text (tiny)));
    EXPECT_THAT (to_text (explorer.progress (), explorer.problem (), tiny), HasSubstr ("closed, 0 violations"));
    EXPECT_THAT (to_json (explorer.progress (), explorer.problem (), tiny), HasSubstr (R"("closed": true)"));
    EXPECT_THAT (to_json (explorer.progress (), explorer.problem (), tiny), HasSubstr (R"("problem": null)"));
}

TEST (ExploreReport, says_what_is_wrong_and_how_it_came_to_that) {
    Explorer explorer{{.scope = tiny, .ways = {.prepare = [] (Machine &machine) {
                                          machine.tlbs ().heed (false);
                                      }}}};
    while (explorer.advance (never)) {}
    ASSERT_NE (explorer.problem (), std::nullopt);
    EXPECT_THAT (to_text (explorer.progress (), explorer.problem (), tiny), HasSubstr ("VIOLATION: "));
    EXPECT_THAT (to_text (explorer.progress (), explorer.problem (), tiny),
                 HasSubstr (to_text (explorer.problem ()->steps.front ())));
    EXPECT_THAT (to_json (explorer.progress (), explorer.problem (), tiny), HasSubstr (R"("steps": ["CPU 0: )"));
    EXPECT_THAT (to_json (explorer.progress (), explorer.problem (), tiny), HasSubstr (R"("closed": false)"));
}

TEST (ExploreReport, says_what_is_wrong_before_the_first_step) {
    const Problem problem{.steps = {}, .what = "it's wrong"};
    EXPECT_THAT (to_text ({}, problem, tiny), HasSubstr ("VIOLATION, before the first step: it's wrong\n"));
    EXPECT_THAT (to_json ({}, problem, tiny), HasSubstr (R"("problem": {"what": "it's wrong", "steps": []}})"));
    EXPECT_THAT (to_json ({}, problem, tiny), HasSubstr (R"("closed": false)"));
}

TEST (ExploreReport, has_a_problem_as_a_test) {
    const Problem problem{.steps = {Step{.action = Action::vm_find}, run (0)}, .what = "it's wrong"};
    EXPECT_EQ (to_test (problem, tiny, false),
               "TEST (Explored, finding_fcd4483ae8398c92) {\n"
               "    // it's wrong\n"
               "    ExploredMachine machine{{.protected_vms = 0, .plain_vms = 1, .pages = 1, .ipas = 1, .cpus = 1, "
               ".vcpus = 1}};\n"
               "    EXPECT_NO_THROW (machine.take ({.cpu = 0, .action = Action::vm_find}));\n"
               "    EXPECT_NO_THROW (machine.take ({.cpu = 0, .action = Action::vcpu_run, .vm = 0, .option = 0}));\n"
               "    EXPECT_NO_THROW (machine.check_all ());\n"
               "}\n");
}

TEST (ExploreOptions, are_what_was_typed) {
    const std::array words{"--config", "large",  "--jobs",  "3",           "--seconds",
                           "60",       "--json", "--fresh", "--directory", "d"};
    const auto options = ToolOptions::parse (words);
    ASSERT_TRUE (options.has_value ());
    EXPECT_EQ (options->config, "large");
    EXPECT_EQ (options->jobs, 3U);
    EXPECT_EQ (options->seconds, 60U);
    EXPECT_EQ (options->directory, "d");
    EXPECT_TRUE (options->json && options->fresh);
    EXPECT_EQ (ToolOptions::parse ({})->config, "small");
}

TEST (ExploreOptions, that_cannot_be_are_named) {
    const auto problem = [] (std::initializer_list<const char *> words) {
        return ToolOptions::parse (std::span{words.begin (), words.size ()}).error ();
    };
    EXPECT_EQ (problem ({"--speed"}), "unknown argument '--speed'");
    EXPECT_EQ (problem ({"--jobs"}), "--jobs wants a value");
    EXPECT_EQ (problem ({"--jobs", "many"}), "--jobs wants 1 to 64, not many");
    EXPECT_EQ (problem ({"--jobs", "0"}), "--jobs wants 1 to 64, not 0");
    EXPECT_EQ (problem ({"--seconds", "1s"}), "--seconds wants 1 to 1000000, not 1s");
}

}  // namespace
}  // namespace ravelin::sim::explore

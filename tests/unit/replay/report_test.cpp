// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/tool/options.hpp"
#include "sim/replay/tool/report.hpp"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ravelin::sim::replay {
namespace {

using testing::HasSubstr;

const Report good{.header         = {.board = "virt", .build = "b", .cpus = 2, .memory = 1},
                  .progress       = {.traps = 10, .events = 99, .by_cause = {1, 1, 6, 2, 0}},
                  .seconds        = 0.5,
                  .finding        = {},
                  .is_other_build = false};

[[nodiscard]] auto bad () -> Report {
    Report report  = good;
    report.finding = Finding{.where = "trap 3", .what = R"(X0 is "another")", .before = {"DSB", "WFI"}};
    return report;
}

TEST (ReplayReport, says_that_nothing_was_found) {
    EXPECT_EQ (to_text (good),
               "virt, 2 CPUs: 10 traps (6 synchronous, 2 interrupts), 99 events replayed in 0.5 s: no divergence\n");
    EXPECT_EQ (to_json (good),
               R"({"board": "virt", "build": "b", "cpus": 2, "traps": 10, "synchronous": 6, "interrupts": 2, )"
               R"("events": 99, "seconds": 0.5, "finding": null})"
               "\n");
}

TEST (ReplayReport, says_what_was_found_where) {
    EXPECT_THAT (
        to_text (bad ()),
        HasSubstr ("DIVERGENCE\ntrap 3\n  X0 is \"another\"\n  what that CPU had done last:\n    DSB\n    WFI\n"));
    EXPECT_THAT (
        to_json (bad ()),
        HasSubstr (R"("finding": {"where": "trap 3", "what": "X0 is \"another\"", "before": ["DSB", "WFI"]}})"));
}

TEST (ReplayReport, says_that_the_record_is_of_another_image) {
    Report report         = bad ();
    report.is_other_build = true;
    EXPECT_THAT (to_text (report), HasSubstr ("the record is of another image, b"));
}

TEST (ReplayOptions, are_what_was_typed) {
    const std::array words{"--json", "a.record", "--directory", "d", "--build", "b"};
    const auto options = ToolOptions::parse (words);
    ASSERT_TRUE (options);
    EXPECT_TRUE (options->json);
    EXPECT_FALSE (options->print);
    EXPECT_EQ (options->record, "a.record");
    EXPECT_EQ (options->directory, "d");
    EXPECT_EQ (options->build, "b");
}

TEST (ReplayOptions, that_arent_there_are_refused) {
    EXPECT_FALSE (ToolOptions::parse (std::array<const char *, 0>{}));
    EXPECT_FALSE (ToolOptions::parse (std::array{"a", "b"}));
    EXPECT_FALSE (ToolOptions::parse (std::array{"--toast"}));
    EXPECT_FALSE (ToolOptions::parse (std::array{"a", "--build"}));
}

}  // namespace
}  // namespace ravelin::sim::replay

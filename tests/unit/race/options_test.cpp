// SPDX-License-Identifier: BSD-2-Clause
#include "sim/race/tool/options.hpp"

#include <gtest/gtest.h>
#include <initializer_list>
#include <vector>

namespace ravelin::sim::race {

namespace {
[[nodiscard]] auto parse (std::initializer_list<const char *> words) -> std::expected<ToolOptions, std::string> {
    return ToolOptions::parse (std::vector<const char *>{words});
}
}  // namespace

TEST (RaceOptions, are_what_they_say) {
    const auto options = parse ({"--config", "small", "--states", "5", "--seed", "0", "--seeds", "6", "--seconds", "7",
                                 "--jobs", "2", "--json", "--directory", "there"});
    ASSERT_TRUE (options) << options.error ();
    EXPECT_EQ (options->config, "small");
    EXPECT_EQ (options->states, 5U);
    EXPECT_EQ (options->seed, 0U);
    EXPECT_EQ (options->seeds, 6U);
    EXPECT_EQ (options->seconds, 7U);
    EXPECT_EQ (options->jobs, 2U);
    EXPECT_TRUE (options->json);
    EXPECT_EQ (options->directory, "there");
}

TEST (RaceOptions, end_by_themselves) {
    EXPECT_NE (parse ({})->seeds, 0U);
    EXPECT_EQ (parse ({"--seconds", "5"})->seeds, 0U);
}

TEST (RaceOptions, that_are_wrong_are_named) {
    EXPECT_EQ (parse ({"--sedes", "1"}).error (), "unknown argument '--sedes'");
    EXPECT_EQ (parse ({"--sedes"}).error (), "unknown argument '--sedes'");
    EXPECT_EQ (parse ({"--seeds"}).error (), "--seeds wants a value");
    EXPECT_EQ (parse ({"--config"}).error (), "--config wants a value");
    EXPECT_EQ (parse ({"--jobs", "65"}).error (), "--jobs wants 1 to 64, not 65");
    EXPECT_EQ (parse ({"--seeds", "1x"}).error (), "--seeds wants 1 to 18446744073709551615, not 1x");
}

}  // namespace ravelin::sim::race

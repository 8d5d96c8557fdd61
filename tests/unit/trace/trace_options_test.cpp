// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/tool/options.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace ravelin::sim::trace {
namespace {

[[nodiscard]] auto parse (const std::vector<const char *> &arguments) -> Options {
    return Options::parse (arguments);
}

[[nodiscard]] auto is_refused (const std::vector<const char *> &arguments) -> bool {
    try {
        static_cast<void> (parse (arguments));
    } catch (const UsageError &) { return true; }
    return false;
}

TEST (TraceOptions, print_where_nothing_else_is_asked_for) {
    EXPECT_TRUE (parse ({"file"}).text);
    const auto drawn = parse ({"--svg", "out", "file", "--from", "0.5", "--to", "1e1"});
    EXPECT_FALSE (drawn.text);
    EXPECT_EQ (drawn.svg, "out");
    EXPECT_EQ (drawn.file, "file");
    EXPECT_EQ (drawn.from, 0.5);
    EXPECT_EQ (drawn.to, 10);
    EXPECT_TRUE (parse ({"file", "--svg", "out", "--text"}).text);
}

TEST (TraceOptions, that_make_no_sense_are_refused) {
    EXPECT_TRUE (is_refused ({}));
    EXPECT_TRUE (is_refused ({"one", "two"}));
    EXPECT_TRUE (is_refused ({"file", "--svg"}));
    EXPECT_TRUE (is_refused ({"file", "--hop", "out"}));
    EXPECT_TRUE (is_refused ({"file", "--from", "soon"}));
    EXPECT_TRUE (is_refused ({"file", "--from", "nan"}));
    EXPECT_TRUE (is_refused ({"file", "--from", "2", "--to", "1"}));
}

}  // namespace
}  // namespace ravelin::sim::trace

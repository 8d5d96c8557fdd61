// SPDX-License-Identifier: BSD-2-Clause
#include "sim/tool/options.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ravelin::sim {

namespace {
[[nodiscard]] auto parse (const std::vector<const char *> &arguments) -> Options {
    return Options::parse (arguments);
}

/// What is said of a command line that is refused.
[[nodiscard]] auto complaint (const std::vector<const char *> &arguments) -> std::string {
    try {
        static_cast<void> (parse (arguments));
    } catch (const UsageError &error) { return error.what (); }
    return "";
}
}  // namespace

TEST (Options, kernel_is_all_that_is_needed) {
    const auto options = parse ({"--kernel", "Image"});

    EXPECT_EQ (options.kernel, "Image");
    EXPECT_EQ (options.board, BoardName::virt);
    EXPECT_EQ (options.cpus, 1U);
    EXPECT_EQ (options.memory, 1ULL << 30);
    EXPECT_FALSE (options.smoke);
    EXPECT_FALSE (options.caches.has_value ());
    EXPECT_FALSE (options.restart);
}

TEST (Options, each_option_sets_what_it_names) {
    const auto options = parse ({"--kernel",  "k",        "--initrd",  "i",      "--board", "pi4b",     "--cpus",
                                 "4",         "--memory", "512M",      "--seed", "99",      "--append", "quiet",
                                 "--trace",   "t",        "--console", "c",      "--smoke", "--caches", "seeded",
                                 "--restart", "--guest",  "g",         "--twin", "t.elf",   "--traps",  "tr"});

    EXPECT_EQ (options.initrd, "i");
    EXPECT_EQ (options.board, BoardName::pi4b);
    EXPECT_EQ (options.cpus, 4U);
    EXPECT_EQ (options.memory, 512ULL << 20);
    EXPECT_EQ (options.seed, 99U);
    EXPECT_EQ (options.append, "quiet");
    EXPECT_EQ (options.trace, "t");
    EXPECT_EQ (options.console, "c");
    EXPECT_EQ (options.guest, "g");
    EXPECT_EQ (options.twin, "t.elf");
    EXPECT_EQ (options.traps, "tr");
    EXPECT_TRUE (options.smoke);
    EXPECT_EQ (options.caches, Eviction::seeded);
    EXPECT_TRUE (options.restart);
}

TEST (Options, help_needs_nothing_else) {
    EXPECT_TRUE (parse ({"--help"}).help);
}

TEST (Options, what_is_not_understood_is_named) {
    EXPECT_EQ (complaint ({"--kernel", "k", "--speed", "9"}), "there is no option --speed");
    EXPECT_EQ (complaint ({"--kernel"}), "--kernel is unknown or lacks its value");
    EXPECT_EQ (complaint ({"--kernel", "k", "--cpus", "9"}), "--cpus wants 1 to 8, not 9");
    EXPECT_EQ (complaint ({"--kernel", "k", "--gdb", "70000"}), "--gdb wants a port, 0 to 65535, not 70000");
    EXPECT_EQ (complaint ({"--kernel", "k", "--preemption", "-1"}), "--preemption wants a number, not -1");
    EXPECT_EQ (complaint ({"--kernel", "k", "--seed", "1x"}), "--seed wants a number, not 1x");
    EXPECT_EQ (complaint ({"--kernel", "k", "--board", "pi5"}), "--board wants virt or pi4b, not pi5");
    EXPECT_NE (complaint ({"--kernel", "k", "--memory", "1K"}), "");
    EXPECT_NE (complaint ({"--kernel", "k", "--memory", "99999999999G"}), "");
    EXPECT_EQ (complaint ({"--kernel", "k", "--guest", "run-guest"}), "--guest is tried by --smoke only");
    EXPECT_NE (complaint ({}), "");
}

}  // namespace ravelin::sim

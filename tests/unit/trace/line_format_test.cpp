// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/trace/events.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim::trace {
namespace {

[[nodiscard]] auto problem_of (std::string_view line) -> std::string {
    try {
        static_cast<void> (parse_event (line));
    } catch (const FormatError &error) { return error.what (); }
    return {};
}

[[nodiscard]] auto problem_of_header (std::string_view line) -> std::string {
    try {
        static_cast<void> (parse_header (line));
    } catch (const FormatError &error) { return error.what (); }
    return {};
}

TEST (LineFormat, is_what_its_description_says) {
    EXPECT_EQ (to_line (test::header), "ravelin-trace 1 board=virt cpus=2 seed=7 frequency=62500000");

    Event table{42, 1, Kind::table};
    table.set (Field::vmid, 3).set (Field::level, 2).set (Field::ipa, 0x4020'0000);
    table.set (Field::pa, 0x7fd0'1008).set (Field::old_value, 0).set (Field::new_value, 0x4040'07fd);
    EXPECT_EQ (to_line (table), "42 1 table vmid=3 level=2 ipa=0x40200000 pa=0x7fd01008 old=0x0 new=0x404007fd");

    Event tlbi{42, 0, Kind::tlbi};
    tlbi.set (Field::tlbi_op, number_of (Field::tlbi_op, "ipas2e1is")).set (Field::vmid, 3).set (Field::ipa, 0x1000);
    EXPECT_EQ (to_line (tlbi), "42 0 tlbi op=ipas2e1is vmid=3 ipa=0x1000");
}

TEST (LineFormat, says_of_each_event_all_that_it_is) {
    EXPECT_EQ (parse_header (to_line (test::header)), test::header);
    for (const Event &event : test::one_of_each ()) {
        EXPECT_EQ (parse_event (to_line (event)), event) << to_line (event);
    }
}

TEST (LineFormat, refuses_what_is_no_event_and_says_why) {
    EXPECT_EQ (problem_of (""), "the time is a number, not ''");
    EXPECT_EQ (problem_of ("-1 0 isb"), "the time is a number, not '-1'");
    EXPECT_EQ (problem_of ("1 8 isb"), "the CPU is at most 7, not 8");
    EXPECT_EQ (problem_of ("1 0"), "there is no event ''");
    EXPECT_EQ (problem_of ("1 0 hop"), "there is no event 'hop'");
    EXPECT_EQ (problem_of ("1 0 lock"), "lock lacks rank");
    EXPECT_EQ (problem_of ("1 0 lock rank=table"), "'rank=table' is no value, or one too many");
    EXPECT_EQ (problem_of ("1 0 lock rank=vm rank=vm"), "'rank=vm' is no value, or one too many");
    EXPECT_EQ (problem_of ("1 0 lock rank"), "'rank' is nothing that lock has");
    EXPECT_EQ (problem_of ("1 0 lock rank=vm pa=0x0"), "'pa=0x0' is nothing that lock has");
    EXPECT_EQ (problem_of ("1 0 clean pa=1000 size=0x40"), "'pa=1000' is no value, or one too many");
    EXPECT_EQ (problem_of ("1 0 clean pa=0x10000000000000000 size=0x40"),
               "'pa=0x10000000000000000' is no value, or one too many");
}

TEST (LineFormat, refuses_another_version_and_what_is_no_trace) {
    EXPECT_EQ (problem_of_header ("\x7f"
                                  "ELF"),
               "it doesn't begin as a trace does");
    EXPECT_EQ (problem_of_header ("ravelin-trace 2 board=virt"), "its format has version '2'; this reads version 1");
    EXPECT_EQ (problem_of_header ("ravelin-trace 1 cpus=1"), "the first line lacks board");
    EXPECT_EQ (problem_of_header ("ravelin-trace 1 board=virt cpus=9 seed=1 frequency=1"), "cpus is at most 8, not 9");
    EXPECT_EQ (problem_of_header ("ravelin-trace 1 board=virt cpus=1 seed=1 frequency=0"),
               "its first line isn't one of a trace");
}

}  // namespace
}  // namespace ravelin::sim::trace

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/line_writer.hpp"
#include "sim/trace/perfetto_writer.hpp"
#include "sim/trace/reader.hpp"
#include "tests/unit/trace/events.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <sstream>

namespace ravelin::sim::trace {
namespace {

template <class Writer>
[[nodiscard]] auto written () -> std::string {
    std::ostringstream out;
    {
        Writer writer{out, test::header};
        for (const Event &event : test::one_of_each ()) {
            writer.take (event);
        }
    }
    return out.str ();
}

[[nodiscard]] auto read (const std::string &text) -> std::vector<Event> {
    std::istringstream in{text};
    Reader reader{in};
    EXPECT_EQ (reader.header (), test::header);
    std::vector<Event> events;
    while (const auto event = reader.next ()) {
        events.push_back (*event);
    }
    return events;
}

[[nodiscard]] auto problem_of (const std::string &text) -> std::string {
    try {
        static_cast<void> (read (text));
    } catch (const FormatError &error) { return error.what (); }
    return {};
}

TEST (TraceReader, reads_what_either_writer_wrote) {
    EXPECT_EQ (read (written<LineWriter> ()), test::one_of_each ());
    EXPECT_EQ (read (written<PerfettoWriter> ()), test::one_of_each ());
}

TEST (TraceReader, says_where_a_file_breaks_off) {
    const auto lines = written<LineWriter> ();
    EXPECT_EQ (problem_of (""), "it is empty");
    EXPECT_EQ (problem_of (lines.substr (0, 10)), "line 1: it breaks off");
    EXPECT_EQ (problem_of (lines.substr (0, lines.size () - 3)), "line 22: it breaks off");
    const auto last = lines.rfind ('\n', lines.size () - 2);
    EXPECT_EQ (problem_of (lines.substr (0, last + 1)), "line 21: it breaks off behind this: a trace ends with 'end'");
    const auto json = written<PerfettoWriter> ();
    EXPECT_NE (problem_of (json.substr (0, json.size () / 2)).find ("it breaks off"), std::string::npos);
}

TEST (TraceReader, refuses_what_others_wrote_and_says_which_line) {
    EXPECT_EQ (problem_of ("host# \n"), "line 1: it doesn't begin as a trace does");
    EXPECT_EQ (problem_of ("{\"traceEvents\":[\n{\"ph\":\"M\"}\n]}\n"), "line 2: it's no trace of Ravelin's");
    EXPECT_EQ (problem_of (to_line (test::header) + "\n1 0 isb\n1 0 hop\n"), "line 3: there is no event 'hop'");
    EXPECT_EQ (problem_of (to_line (test::header) + "\n1 2 isb\n"), "line 2: the machine has no such CPU");
}

}  // namespace
}  // namespace ravelin::sim::trace

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

TEST (PerfettoWriter, ends_each_slice_that_it_began) {
    std::ostringstream out;
    {
        PerfettoWriter writer{out, test::header};
        Event leave{1, 0, Kind::leave};
        leave.set (Field::vmid, 1);
        Event trap{2, 0, Kind::trap};
        trap.set (Field::vmid, 1);
        Event lock{2, 0, Kind::lock};
        Event unlock{2, 0, Kind::unlock};
        for (const Event &event : {leave, trap, lock, unlock, leave, trap, Event{3, 0, Kind::off}}) {
            writer.take (event);
        }
    }
    const auto count = [text = out.str ()] (std::string_view what) {
        std::size_t found = 0;
        for (auto at = text.find (what); at != std::string::npos; at = text.find (what, at + 1)) {
            ++found;
        }
        return found;
    };
    // The worlds of CPU and vCPU twice, two traps, a lock.
    EXPECT_EQ (count (R"("ph":"B")"), 2U + 2 + 2 + 1);
    EXPECT_EQ (count (R"("ph":"E")"), count (R"("ph":"B")"));
    EXPECT_EQ (count (R"("name":"process_name","args":{"name":"VM 1"})"), 1U);
}

}  // namespace
}  // namespace ravelin::sim::trace

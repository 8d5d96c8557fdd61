// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/perfetto_writer.hpp"
#include "tests/unit/trace/events.hpp"

#include <gtest/gtest.h>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace ravelin::sim::trace {
namespace {

[[nodiscard]] auto written (const std::vector<Event> &events) -> std::string {
    std::ostringstream out;
    {
        PerfettoWriter writer{out, test::header};
        for (const Event &event : events) {
            writer.take (event);
        }
    }
    return out.str ();
}

/// Whose each record is: the name of its row, by what it says.
[[nodiscard]] auto rows_of (const std::string &json) -> std::multimap<std::string, std::string> {
    const std::regex named{R"re("ph":"M".*"tid":(\d+),"name":"thread_name","args":\{"name":"([^"]*)")re"};
    const std::regex said{R"re("ph":"[BEi]".*"tid":(\d+),.*"name":"([^"]*)"(?:.*"event":"([^"]*)")?)re"};
    std::map<std::string, std::string> names;
    std::multimap<std::string, std::string> rows;
    std::istringstream lines{json};
    for (std::string line; std::getline (lines, line);) {
        std::smatch found;
        if (std::regex_search (line, found, named)) { names[found[1]] = found[2]; }
        if (std::regex_search (line, found, said)) {
            rows.emplace (found[3].matched ? found[3] : found[2], names[found[1]]);
        }
    }
    return rows;
}

TEST (PerfettoWriter, has_a_row_of_each_cpu_for_each_kind_of_event) {
    const std::map<Kind, std::string> expected{
        {Kind::trap, "trap"},    {Kind::leave, "trap"},  {Kind::off, "trap"},  {Kind::smc, "trap"},
        {Kind::end, "trap"},     {Kind::lock, "lock"},   {Kind::spin, "lock"}, {Kind::unlock, "lock"},
        {Kind::table, "table"},  {Kind::store, "table"}, {Kind::dsb, "TLBI"},  {Kind::isb, "TLBI"},
        {Kind::tlbi, "TLBI"},    {Kind::clean, "TLBI"},  {Kind::ic, "TLBI"},   {Kind::read, "device"},
        {Kind::write, "device"}, {Kind::sleep, "device"}};
    std::vector<Event> events;
    for (const auto &[kind, row] : expected) {
        for (const std::uint32_t cpu : {0U, 1U}) {
            events.push_back (test::full_event (kind, cpu));
        }
    }
    const auto rows = rows_of (written (events));
    for (const Event &event : events) {
        const auto found = rows.find (to_line (event));
        ASSERT_NE (found, rows.end ()) << to_line (event);
        EXPECT_EQ (found->second, "CPU " + std::to_string (event.cpu ()) + " " + expected.at (event.kind ()))
            << to_line (event);
    }
}

TEST (PerfettoWriter, has_rows_for_who_runs) {
    Event enter{1, 1, Kind::leave};
    enter.set (Field::vmid, 3);
    enter.set (Field::vcpu, 2);
    Event trap{2, 1, Kind::trap};
    trap.set (Field::vmid, 3);
    trap.set (Field::vcpu, 2);
    const auto rows = rows_of (written ({enter, trap}));
    const auto of   = [&rows] (const std::string &what) {
        const auto found = rows.find (what);
        return found == rows.end () ? "nowhere" : found->second;
    };
    EXPECT_EQ (of ("VM 3 vCPU 2"), "CPU 1") << "what the CPU runs";
    EXPECT_EQ (of ("CPU 1"), "vCPU 2") << "where the vCPU is";
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

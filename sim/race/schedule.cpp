// SPDX-License-Identifier: BSD-2-Clause
#include "sim/race/schedule.hpp"

#include <charconv>
#include <sstream>

namespace ravelin::sim::race {

namespace {
constexpr unsigned most_parties = 24;  // those of 8 CPUs

[[nodiscard]] auto parse_run (std::string_view word) -> std::expected<Schedule::Run, std::string> {
    Schedule::Run run;
    const char *const end = word.end ();
    const auto who        = std::from_chars (word.begin (), end, run.who);
    if (who.ec == std::errc{} && who.ptr != end && *who.ptr == '*') {
        const auto times = std::from_chars (who.ptr + 1, end, run.times);
        if (times.ec == std::errc{} && times.ptr == end && run.times != 0 && run.who < most_parties) { return run; }
    }
    return std::unexpected{"a schedule has words like 0*12, not " + std::string{word}};
}
}  // namespace

auto to_text (const Schedule &schedule) -> std::string {
    std::string text;
    for (const auto &run : schedule.runs ()) {
        text.append (text.empty () ? "" : " ")
            .append (std::to_string (run.who))
            .append ("*")
            .append (std::to_string (run.times));
    }
    return text;
}

auto parse_schedule (std::string_view text) -> std::expected<Schedule, std::string> {
    std::istringstream words{std::string{text}};
    Schedule schedule;
    for (std::string word; words >> word;) {
        const auto run = parse_run (word);
        if (!run) { return std::unexpected{run.error ()}; }
        schedule.add (*run);
    }
    return schedule;
}

}  // namespace ravelin::sim::race

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/replay/tool/report.hpp"

#include <sstream>

namespace ravelin::sim::replay {

namespace {
[[nodiscard]] auto count (const Report &report, Cause cause) -> std::uint64_t {
    return report.progress.by_cause.at (static_cast<std::size_t> (cause));
}

/// As a string of JSON; what's said here has nothing but quotes in it that would have to be escaped.
[[nodiscard]] auto quoted (const std::string &text) -> std::string {
    std::string out = "\"";
    for (const char each : text) {
        if (each == '"' || each == '\\') { out += '\\'; }
        out += each;
    }
    return out + '"';
}
}  // namespace

auto to_text (const Report &report) -> std::string {
    std::ostringstream out;
    out << report.header.board << ", " << report.header.cpus << " CPUs: " << report.progress.traps << " traps ("
        << count (report, Cause::synchronous) << " synchronous, " << count (report, Cause::interrupt)
        << " interrupts), " << report.progress.events << " events replayed in " << report.seconds << " s: ";
    if (!report.finding) {
        out << "no divergence\n";
        return out.str ();
    }
    out << "DIVERGENCE\n" << report.finding->where << "\n  " << report.finding->what << '\n';
    if (!report.finding->before.empty ()) { out << "  what that CPU had done last:\n"; }
    for (const auto &line : report.finding->before) {
        out << "    " << line << '\n';
    }
    if (report.is_other_build) { out << "  (the record is of another image, " << report.header.build << ")\n"; }
    return out.str ();
}

auto to_json (const Report &report) -> std::string {
    std::ostringstream out;
    out << "{\"board\": " << quoted (report.header.board) << ", \"build\": " << quoted (report.header.build)
        << ", \"cpus\": " << report.header.cpus << ", \"traps\": " << report.progress.traps
        << ", \"synchronous\": " << count (report, Cause::synchronous)
        << ", \"interrupts\": " << count (report, Cause::interrupt) << ", \"events\": " << report.progress.events
        << ", \"seconds\": " << report.seconds << ", \"finding\": ";
    if (!report.finding) {
        out << "null}\n";
        return out.str ();
    }
    out << "{\"where\": " << quoted (report.finding->where) << ", \"what\": " << quoted (report.finding->what)
        << ", \"before\": [";
    for (std::size_t i = 0; i < report.finding->before.size (); ++i) {
        out << (i == 0 ? "" : ", ") << quoted (report.finding->before[i]);
    }
    out << "]}}\n";
    return out.str ();
}

}  // namespace ravelin::sim::replay

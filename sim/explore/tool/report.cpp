// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/tool/report.hpp"

#include "sim/explore/tool/fnv.hpp"
#include "sim/explore/tool/json.hpp"

#include <cstdint>
#include <iomanip>
#include <sstream>

namespace ravelin::sim::explore {

namespace {
[[nodiscard]] auto rate_of (const Progress &progress) -> std::uint64_t {
    return progress.seconds == 0
               ? 0
               : static_cast<std::uint64_t> (static_cast<double> (progress.transitions) / progress.seconds);
}

/// What tells a problem from others, and is the same each time.
[[nodiscard]] auto name_of (const Problem &problem) -> std::uint64_t {
    Fnv hash;
    for (const Step &step : problem.steps) {
        for (const char c : to_text (step)) {
            hash.add (c);
        }
    }
    return hash.value ();
}
}  // namespace

auto to_text (const Progress &progress, const std::optional<Problem> &problem, const Scope &scope) -> std::string {
    std::ostringstream text;
    text << to_text (scope) << '\n'
         << progress.states << " states, " << progress.transitions << " transitions, depth " << progress.depth << ": "
         << std::fixed << std::setprecision (1) << progress.seconds << " s, " << rate_of (progress)
         << " transitions a second\n";
    if (problem) {
        text << "VIOLATION" << (problem->steps.empty () ? ", before the first step: " : ": ") << problem->what << '\n'
             << (problem->steps.empty () ? "" : "A shortest way there:\n");
        for (const Step &step : problem->steps) {
            text << "  " << to_text (step) << '\n';
        }
    } else if (progress.closed ()) {
        text << "closed, 0 violations\n";
    } else {
        text << "not closed: " << progress.frontier << " states are left\n";
    }
    return text.str ();
}

auto to_json (const Progress &progress, const std::optional<Problem> &problem, const Scope &scope) -> std::string {
    std::ostringstream json;
    json << R"({"scope": )" << quoted (to_text (scope)) << R"(, "closed": )"
         << (progress.closed () && !problem ? "true" : "false") << R"(, "states": )" << progress.states
         << R"(, "transitions": )" << progress.transitions << R"(, "depth": )" << progress.depth << R"(, "seconds": )"
         << std::fixed << std::setprecision (3) << progress.seconds << R"(, "transitions_per_second": )"
         << rate_of (progress) << R"(, "problem": )";
    if (problem) {
        json << R"({"what": )" << quoted (problem->what) << R"(, "steps": [)";
        for (std::size_t i = 0; i < problem->steps.size (); ++i) {
            json << (i == 0 ? "" : ", ") << quoted (to_text (problem->steps[i]));
        }
        json << "]}}\n";
    } else {
        json << "null}\n";
    }
    return json.str ();
}

auto to_test (const Problem &problem, const Scope &scope, bool two_runs) -> std::string {
    std::ostringstream test;
    test << "TEST (Explored, finding_" << std::hex << std::setw (16) << std::setfill ('0') << name_of (problem)
         << ") {\n    // " << problem.what << "\n    " << (two_runs ? "TwoRuns" : "ExploredMachine") << " machine{"
         << to_code (scope) << "};\n";
    for (const Step &step : problem.steps) {
        test << "    EXPECT_NO_THROW (machine.take (" << to_code (step) << "));\n";
    }
    test << "    EXPECT_NO_THROW (machine.check_all ());\n}\n";
    return test.str ();
}

}  // namespace ravelin::sim::explore

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/race/tool/report.hpp"

#include "sim/explore/tool/json.hpp"

#include <span>

namespace ravelin::sim::race {

using explore::Step;

namespace {
/// @p steps, each by @p one, with @p between them.
[[nodiscard]] auto join (std::span<const Step> steps, std::string (*one) (const Step &), const std::string &between)
    -> std::string {
    std::string text;
    for (const Step &step : steps) {
        text.append (text.empty () ? "" : between).append (one (step));
    }
    return text;
}

[[nodiscard]] auto as_line (const Step &step) -> std::string {
    return "  " + explore::to_text (step);
}

[[nodiscard]] auto as_json (const Step &step) -> std::string {
    return explore::quoted (explore::to_text (step));
}

[[nodiscard]] auto as_code (const Step &step) -> std::string {
    return "Step" + explore::to_code (step);
}
}  // namespace

auto to_text (const Report &report) -> std::string {
    return explore::to_text (report.scope) + "\n" + std::to_string (report.states) + " states, " +
           std::to_string (report.seeds) + " seeds, " + std::to_string (report.races) + " races\n" +
           (report.finding ? to_text (*report.finding) : "0 violations\n");
}

auto to_json (const Report &report) -> std::string {
    return R"({"scope": )" + explore::quoted (explore::to_text (report.scope)) + R"(, "states": )" +
           std::to_string (report.states) + R"(, "seeds": )" + std::to_string (report.seeds) + R"(, "races": )" +
           std::to_string (report.races) + R"(, "finding": )" + (report.finding ? to_json (*report.finding) : "null") +
           "}\n";
}

auto to_text (const Finding &finding) -> std::string {
    std::string text = "VIOLATION: " + finding.what + "\nseed " + std::to_string (finding.seed) + ", a way there:\n";
    if (!finding.way.empty ()) { text += join (finding.way, as_line, "\n") + "\n"; }
    text += "and at the same time:\n" + join (finding.steps, as_line, "\n") + "\nschedule: ";
    text += finding.schedule.runs ().empty () ? "any: one after the other" : to_text (finding.schedule);
    return text + "\n";
}

auto to_json (const Finding &finding) -> std::string {
    return R"({"seed": )" + std::to_string (finding.seed) + R"(, "what": )" + explore::quoted (finding.what) +
           R"(, "way": [)" + join (finding.way, as_json, ", ") + R"(], "steps": [)" +
           join (finding.steps, as_json, ", ") + R"(], "schedule": )" + explore::quoted (to_text (finding.schedule)) +
           "}";
}

auto to_test (const Finding &finding, const explore::Scope &scope) -> std::string {
    return "TEST (Raced, finding_of_seed_" + std::to_string (finding.seed) + ") {\n    // " + finding.what +
           "\n    const std::vector<Step> way{" + join (finding.way, as_code, ",\n        ") +
           "};\n    const std::vector<Step> steps{" + join (finding.steps, as_code, ",\n        ") +
           "};\n    EXPECT_NO_THROW (race_again (" + explore::to_code (scope) + ", way, steps, \"" +
           to_text (finding.schedule) + "\"));\n}\n";
}

}  // namespace ravelin::sim::race

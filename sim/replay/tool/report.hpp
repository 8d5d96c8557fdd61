// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/replay/record/header.hpp"
#include "sim/replay/replayer.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ravelin::sim::replay {

/// Where the simulated machine did otherwise than the record.
struct Finding {
    std::string where;
    std::string what;
    std::vector<std::string> before;  // what that CPU did last, as recorded
};

/// What a replay has come to.
struct Report {
    Header header;
    Progress progress;
    double seconds;
    std::optional<Finding> finding;
    bool is_other_build;  // the record is of another image than this tree makes
};

/// In words for people.
[[nodiscard]] auto to_text (const Report &report) -> std::string;

/// The same as JSON: {"board", "build", "cpus", "traps", "synchronous", "interrupts", "events", "seconds", "finding"},
/// where "finding" is null or {"where", "what", "before"}.
[[nodiscard]] auto to_json (const Report &report) -> std::string;

}  // namespace ravelin::sim::replay

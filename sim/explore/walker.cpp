// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/walker.hpp"

#include "sim/explore/canonical.hpp"
#include "sim/explore/steps.hpp"
#include "sim/explore/two_runs.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <optional>

namespace ravelin::sim::explore {

Walker::Walker (const Scope &scope, const Tree &tree, const KeySet &known, const Ways &ways)
    : known_{known}, traveller_{scope, tree, ways.two_runs ? TwoRuns::one_secret : 0}, ways_{ways} {
    if (ways.two_runs) { other_.emplace (scope, tree, TwoRuns::other_secret); }
}

void Walker::compare (ExploredMachine &other, const Step &step) {
    const bool changed = other.take (step);
    hold_alike (traveller_.machine (), other, step);
    if (changed) { other.go_back (); }
}

void Walker::expand (std::uint32_t node, std::vector<Found> &found) {
    std::optional<Step> last;
    ExploredMachine &machine = traveller_.machine ();
    try {
        traveller_.go_to (node);
        if (other_) { other_->go_to (node); }
        machine.check_all ();
        find_steps (machine, steps_);
        if (ways_.backwards) { std::ranges::reverse (steps_); }
        for (const Step &step : steps_) {
            last               = step;
            const bool changed = machine.take (step);
            ++transitions_;
            if (other_) { compare (other_->machine (), step); }
            if (!changed) { continue; }
            const Key key = key_of (machine);
            if (!known_.contains (key)) { found.push_back ({{node, step}, key}); }
            machine.go_back ();
        }
    } catch (const std::bad_alloc &) {
        // That isn't the machine's fault.
        throw;
    } catch (const std::exception &problem) {
        found.push_back ({{node, last.value_or (Step{})}, {}, problem.what (), last.has_value ()});
    }
}

}  // namespace ravelin::sim::explore

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
    : scope_{scope}, tree_{tree}, known_{known}, ways_{ways} {
    begin ();
}

void Walker::begin () {
    traveller_ = std::make_unique<Traveller> (scope_, tree_, ways_.two_runs ? TwoRuns::one_secret : 0);
    if (ways_.two_runs) { other_ = std::make_unique<Traveller> (scope_, tree_, TwoRuns::other_secret); }
    for (auto *const traveller : {traveller_.get (), other_.get ()}) {
        if (ways_.prepare != nullptr && traveller != nullptr) { ways_.prepare (traveller->machine ().machine ()); }
    }
}

void Walker::compare (ExploredMachine &other, const Step &step) {
    const bool changed = other.take (step);
    hold_alike (traveller_->machine (), other, step);
    if (changed) { other.go_back (); }
}

void Walker::expand (std::uint32_t node, std::vector<Found> &found) {
    const std::size_t founds        = found.size ();
    const std::uint64_t transitions = transitions_;
    take_all (node, found);
    // Each time there is another line, of which there are only so many.
    while (has_overlooked ()) {
        found.resize (founds);
        transitions_ = transitions;
        begin ();
        take_all (node, found);
    }
}

auto Walker::has_overlooked () -> bool {
    bool has = false;
    for (auto *const traveller : {traveller_.get (), other_.get ()}) {
        if (traveller != nullptr && traveller->machine ().has_overlooked (lines_)) { has = true; }
    }
    return has;
}

void Walker::take_all (std::uint32_t node, std::vector<Found> &found) {
    std::optional<Step> last;
    ExploredMachine &machine = traveller_->machine ();
    try {
        traveller_->go_to (node);
        machine.look_at (&lines_);
        if (other_) {
            other_->go_to (node);
            other_->machine ().look_at (&lines_);
        }
        machine.check_all ();
        find_steps (machine, steps_);
        find_mistakes (machine, steps_);
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

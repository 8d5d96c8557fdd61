// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/walker.hpp"

#include "sim/explore/canonical.hpp"
#include "sim/explore/steps.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <optional>

namespace ravelin::sim::explore {

Walker::Walker (const Scope &scope, const Tree &tree, const KeySet &known, bool backwards)
    : known_{known}, traveller_{scope, tree}, backwards_{backwards} {}

void Walker::expand (std::uint32_t node, std::vector<Found> &found) {
    std::optional<Step> last;
    ExploredMachine &machine = traveller_.machine ();
    try {
        traveller_.go_to (node);
        machine.check_all ();
        find_steps (machine, steps_);
        if (backwards_) { std::ranges::reverse (steps_); }
        for (const Step &step : steps_) {
            last               = step;
            const bool changed = machine.take (step);
            ++transitions_;
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

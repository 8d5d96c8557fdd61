// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/walker.hpp"

#include "sim/explore/steps.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <optional>

namespace ravelin::sim::explore {

Walker::Walker (const Scope &scope, const Tree &tree, const KeySet &known, bool backwards)
    : tree_{tree}, known_{known}, machine_{scope}, backwards_{backwards} {
    machine_.mark ();
}

void Walker::go_to (std::uint32_t node) {
    const auto way    = tree_.way_to (node);
    const auto shared = static_cast<std::size_t> (std::ranges::mismatch (way, way_).in1 - way.begin ());
    while (machine_.marks () > shared + 1) {
        machine_.forget_mark ();
    }
    for (std::size_t i = shared; i < way.size (); ++i) {
        static_cast<void> (machine_.take (tree_.nodes ()[way[i]].step));
        machine_.mark ();
    }
    way_ = way;
}

void Walker::expand (std::uint32_t node, std::vector<Found> &found) {
    std::optional<Step> last;
    try {
        go_to (node);
        machine_.check_all ();
        find_steps (machine_, steps_);
        if (backwards_) { std::ranges::reverse (steps_); }
        for (const Step &step : steps_) {
            last               = step;
            const bool changed = machine_.take (step);
            ++transitions_;
            if (!changed) { continue; }
            const Key key = key_of (machine_);
            if (!known_.contains (key)) { found.push_back ({{node, step}, key}); }
            machine_.go_back ();
        }
    } catch (const std::bad_alloc &) {
        // That isn't the machine's fault.
        throw;
    } catch (const std::exception &problem) {
        found.push_back ({{node, last.value_or (Step{})}, {}, problem.what (), last.has_value ()});
    }
}

}  // namespace ravelin::sim::explore

// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/traveller.hpp"

#include <algorithm>

namespace ravelin::sim::explore {

Traveller::Traveller (const Scope &scope, const Tree &tree, ExploredMachine::Secret secret)
    : tree_{tree}, machine_{scope, secret} {
    machine_.mark ();
}

void Traveller::go_to (std::uint32_t node) {
    // Another traveller may have taken these steps before, and found what they change.
    machine_.look_at (nullptr);
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

}  // namespace ravelin::sim::explore

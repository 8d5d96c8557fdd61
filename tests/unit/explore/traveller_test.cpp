// SPDX-License-Identifier: BSD-2-Clause
#include "common.hpp"
#include "sim/explore/canonical.hpp"
#include "sim/explore/traveller.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim::explore {
namespace {

/// A tree that is one way: @p way.
[[nodiscard]] auto tree_of (const Way &way) -> Tree {
    Tree tree;
    for (const Step &step : way) {
        tree.add ({.parent = tree.size () - 1, .step = step});
    }
    return tree;
}

TEST (Traveller, comes_to_the_same_state_from_wherever_it_is) {
    const Tree tree = tree_of (join ({made (0), {run (0), guest (Action::interrupt)}}));
    Traveller traveller{{}, tree};
    std::vector<Key> keys;
    for (std::uint32_t node = 0; node < tree.size (); ++node) {
        traveller.go_to (node);
        keys.push_back (key_of (traveller.machine ()));
    }
    for (std::uint32_t node = tree.size (); node-- > 0;) {
        traveller.go_to (node);
        EXPECT_EQ (key_of (traveller.machine ()), keys[node]) << node;
    }
}

TEST (Traveller, relies_on_nobody_for_what_steps_change) {
    const Tree tree = tree_of (join ({made (0), {run (0)}}));
    Traveller traveller{{}, tree};
    traveller.go_to (0);
    const Key before = key_of (traveller.machine ());
    // To whoever looks at none of Ravelin's own objects, steps seem to change none.
    const ChangingLines none;
    for (int i = 0; i < 2; ++i) {
        traveller.machine ().look_at (&none);
        traveller.go_to (tree.size () - 1);
        traveller.machine ().look_at (&none);
        traveller.go_to (0);
        EXPECT_EQ (key_of (traveller.machine ()), before);
    }
}

}  // namespace
}  // namespace ravelin::sim::explore

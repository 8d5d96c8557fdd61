// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/step.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace ravelin::sim::explore {

/// A state that was reached, and how. It has no number of its own: it's its place in the tree.
struct Node {
    std::uint32_t parent{};
    Step step{};
};

/// All states that were reached, each by one of the shortest ways; the first is where everything begins. Those of one
/// depth follow one another, in the order of their parents.
class Tree {
  public:
    /// Of what nodes() once returned; or the first one alone.
    explicit Tree (std::vector<Node> nodes = std::vector<Node> (1)) : nodes_{std::move (nodes)} {}

    [[nodiscard]] auto size () const -> std::uint32_t { return static_cast<std::uint32_t> (nodes_.size ()); }
    [[nodiscard]] auto nodes () const -> const std::vector<Node> & { return nodes_; }
    void add (const Node &node) { nodes_.push_back (node); }

    /// The nodes on the way from the first one to @p node, which is the last; the first isn't among them.
    [[nodiscard]] auto way_to (std::uint32_t node) const -> std::vector<std::uint32_t> {
        std::vector<std::uint32_t> way;
        for (; node != 0; node = nodes_[node].parent) {
            way.push_back (node);
        }
        std::ranges::reverse (way);
        return way;
    }

    /// The steps on that way.
    [[nodiscard]] auto steps_to (std::uint32_t node) const -> std::vector<Step> {
        std::vector<Step> steps;
        for (const std::uint32_t each : way_to (node)) {
            steps.push_back (nodes_[each].step);
        }
        return steps;
    }

  private:
    std::vector<Node> nodes_;
};

}  // namespace ravelin::sim::explore

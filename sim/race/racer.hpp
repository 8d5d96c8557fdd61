// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/scope.hpp"
#include "sim/explore/step.hpp"
#include "sim/explore/traveller.hpp"
#include "sim/machine/random.hpp"
#include "sim/race/schedule.hpp"
#include "sim/race/turns.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ravelin::sim::race {

/// A race that has come to what it may not come to.
struct Finding {
    std::uint64_t seed{};
    std::vector<explore::Step> way;    // to where it begins
    std::vector<explore::Step> steps;  // that are taken at the same time
    Schedule schedule;                 // nothing: they go wrong one after the other
    std::string what;
};

/// Holds races: each in one of the states of a tree, with one of the steps that each CPU could take there.
class Racer {
  public:
    /// @param tree  the states; outlives the racer
    Racer (const explore::Scope &scope, const explore::Tree &tree);

    /// The races that @p seed stands for: one state, one step of each CPU, several schedules.
    /// @return  the first that shows a problem: then it's over
    [[nodiscard]] auto race (std::uint64_t seed) -> std::optional<Finding>;

    /// How many schedules were tried.
    [[nodiscard]] auto races () const -> std::uint64_t { return races_; }

  private:
    [[nodiscard]] auto draw_steps (Random &random) -> std::vector<explore::Step>;

    /// A step of CPU @p cpu; rather one that would change something, and has the VM, the page or the action of @p
    /// other, if there is one.
    [[nodiscard]] auto draw_step (std::uint8_t cpu, const explore::Step *other, Random &random) -> explore::Step;

    explore::Scope scope_;
    const explore::Tree &tree_;
    explore::Traveller traveller_;
    Turns turns_;
    std::vector<explore::Step> all_;  // that can be taken
    std::vector<explore::Step> own_;  // by one CPU
    std::uint64_t races_{};
};

}  // namespace ravelin::sim::race

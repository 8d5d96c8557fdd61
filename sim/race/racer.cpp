// SPDX-License-Identifier: BSD-2-Clause
#include "sim/race/racer.hpp"

#include "sim/explore/steps.hpp"
#include "sim/race/priorities.hpp"
#include "sim/race/race.hpp"

#include <algorithm>
#include <exception>

namespace ravelin::sim::race {

using explore::Step;

namespace {
constexpr unsigned schedules_of_a_seed = 8;

// Most known mistakes of this kind take no more.
constexpr unsigned most_changes = 3;

// So many are drawn for one that changes something, and has to do with what the other CPU does.
constexpr unsigned draws = 24;
}  // namespace

Racer::Racer (const explore::Scope &scope, const explore::Tree &tree)
    : scope_{scope}, tree_{tree}, traveller_{scope, tree}, turns_{scope.cpus} {}

auto Racer::draw_step (std::uint8_t cpu, const Step *other, Random &random) -> Step {
    auto &machine = traveller_.machine ();
    // Hosts are alike: their steps are found for the first of them.
    const bool guest  = machine.guest_on (cpu).has_value ();
    std::uint8_t from = cpu;
    for (std::uint8_t i = 0; !guest && from == cpu && i < cpu; ++i) {
        if (!machine.guest_on (i)) { from = i; }
    }
    own_.clear ();
    std::ranges::copy_if (all_, std::back_inserter (own_), [from] (const Step &step) { return step.cpu == from; });
    Step step       = own_[random.below (own_.size ())];
    const bool same = random.below (3) == 0;
    for (unsigned i = 0; i < draws; ++i) {
        Step drawn = own_[random.below (own_.size ())];
        drawn.cpu  = cpu;
        if (other != nullptr &&
            (same ? drawn.action != other->action : drawn.vm != other->vm && drawn.page != other->page)) {
            continue;
        }
        step = drawn;
        if (machine.take (step)) {
            machine.go_back ();
            break;
        }
    }
    step.cpu = cpu;
    return step;
}

auto Racer::draw_steps (Random &random) -> std::vector<Step> {
    explore::find_steps (traveller_.machine (), all_);
    std::vector<Step> steps;
    for (unsigned cpu = 0; cpu < scope_.cpus; ++cpu) {
        const bool any   = steps.empty () || random.below (4) == 0;
        const Step other = any ? Step{} : steps.front ();
        steps.push_back (draw_step (static_cast<std::uint8_t> (cpu), any ? nullptr : &other, random));
    }
    return steps;
}

auto Racer::race (std::uint64_t seed) -> std::optional<Finding> {
    Random random{seed};
    // Rather far from where everything begins: there is more.
    const auto node =
        static_cast<std::uint32_t> (std::max (random.below (tree_.size ()), random.below (tree_.size ())));
    Finding finding{.seed = seed, .way = {}, .steps = {}, .schedule = {}, .what = {}};
    bool together = false;
    try {
        traveller_.go_to (node);
        finding.steps = draw_steps (random);
        Race race{traveller_.machine (), finding.steps};
        together = true;
        for (unsigned i = 0; i < schedules_of_a_seed; ++i) {
            std::vector<std::uint64_t> changes (random.below (most_changes + 1));
            for (auto &change : changes) {
                change = race.draw_moment (random);
            }
            Priorities priorities{Turns::parties (scope_.cpus), changes, random};
            ++races_;
            race.run (turns_, priorities);
        }
        return std::nullopt;
    } catch (const std::exception &problem) { finding.what = problem.what (); }
    finding.way = tree_.steps_to (node);
    if (together) { finding.schedule = turns_.schedule (); }
    return finding;
}

}  // namespace ravelin::sim::race

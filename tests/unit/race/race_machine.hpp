// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/race/priorities.hpp"
#include "sim/race/race.hpp"
#include "tests/unit/explore/common.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <vector>

namespace ravelin::sim::race {

/// A machine on which steps race.
class RaceTest : public testing::Test {
  protected:
    explicit RaceTest (const explore::Scope &scope = explore::Scope{}) : machine{scope} { machine.mark (); }

    void take (const explore::Way &way) {
        for (const explore::Step &step : way) {
            static_cast<void> (machine.take (step));
            machine.mark ();
        }
    }

    /// The steps, at the same time, in many schedules.
    void race (const explore::Way &steps, std::uint64_t schedules = 50) {
        Race race{machine, steps};
        const unsigned cpus = machine.scope ().cpus;
        Turns turns{cpus};
        for (std::uint64_t seed = 0; seed < schedules; ++seed) {
            Random random{seed};
            std::vector<std::uint64_t> changes (seed % 4);
            for (auto &change : changes) {
                change = race.draw_moment (random);
            }
            Priorities priorities{Turns::parties (cpus), changes, random};
            race.run (turns, priorities);
        }
    }

    explore::ExploredMachine machine;
};

/// The step, on that CPU.
[[nodiscard]] inline auto on (std::uint8_t cpu, explore::Step step) -> explore::Step {
    step.cpu = cpu;
    return step;
}

}  // namespace ravelin::sim::race

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/thread_sanitizer.hpp"
#include "sim/race/priorities.hpp"
#include "sim/race/turns.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace ravelin::test {

using Jobs = std::vector<std::function<void ()>>;

/// Does jobs at the same time, one on each CPU; returns the schedule.
using Race = std::function<std::string (const Jobs &jobs)>;

/// How many schedules to try, and of how long a race, in moments, about.
struct Schedules {
    std::uint64_t number{1000};
    std::uint64_t moments{24};
};

/// Calls @p use with a race, in each of many schedules.
inline void with_schedules (unsigned cpus, const std::function<void (const Race &race)> &use,
                            const Schedules &schedules = {}) {
    constexpr unsigned most_changes = 4;

    sim::race::Turns turns{cpus};
    for (std::uint64_t seed = 0; seed < schedules.number; ++seed) {
        sim::Random random{seed};
        std::vector<std::uint64_t> changes (seed % (most_changes + 1));
        for (auto &change : changes) {
            change = random.below (schedules.moments);
        }
        sim::race::Priorities priorities{sim::race::Turns::parties (cpus), changes, random};
        use ([&] (const Jobs &jobs) {
            Jobs watched;
            for (const auto &job : jobs) {
                watched.emplace_back ([&job] {
                    const sim::thread_sanitizer::Watched hypervisor;
                    job ();
                });
            }
            try {
                turns.run (watched, priorities);
            } catch (const std::exception &problem) {
                throw std::runtime_error{problem.what () + (", in schedule " + to_text (turns.schedule ()))};
            }
            return to_text (turns.schedule ());
        });
    }
}

}  // namespace ravelin::test

// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/race/chooser.hpp"
#include "sim/race/schedule.hpp"

#include <bit>
#include <cstddef>

namespace ravelin::sim::race {

/// Does as a schedule says. Where that has come to its end, or names somebody who can't go on, the first who can does,
/// and who waits lets others.
class Replay : public Chooser {
  public:
    explicit Replay (const Schedule &schedule) : schedule_{schedule} {}

    [[nodiscard]] auto choose (std::uint32_t ready, unsigned last, bool waits) -> unsigned override {
        const auto &runs = schedule_.runs ();
        if (run_ < runs.size () && done_ == runs[run_].times) {
            ++run_;
            done_ = 0;
        }
        if (run_ < runs.size ()) {
            ++done_;
            if ((ready >> runs[run_].who & 1U) != 0) { return runs[run_].who; }
        }
        const std::uint32_t others = ready & ~(1U << last);
        return static_cast<unsigned> (std::countr_zero (waits && others != 0 ? others : ready));
    }

  private:
    const Schedule &schedule_;
    std::size_t run_{};
    std::uint32_t done_{};
};

}  // namespace ravelin::sim::race

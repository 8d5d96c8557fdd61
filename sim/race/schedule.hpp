// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ravelin::sim::race {

/// Who goes on, whenever somebody else could: the CPUs of a race by their numbers; behind them, in the same order, what
/// each has stored to shared words and others don't see yet; and behind those what each has written to devices. To be
/// next is for a CPU to go on up to its next operation; for stores it is that the oldest of them arrives.
class Schedule {
  public:
    /// So many times one after the other.
    struct Run {
        unsigned who{};
        std::uint32_t times{};

        auto operator== (const Run &) const -> bool = default;
    };

    void add (unsigned who) {
        if (runs_.empty () || runs_.back ().who != who) { runs_.push_back ({.who = who, .times = 0}); }
        ++runs_.back ().times;
    }
    void add (const Run &run) { runs_.push_back (run); }

    [[nodiscard]] auto runs () const -> const std::vector<Run> & { return runs_; }

    auto operator== (const Schedule &) const -> bool = default;

  private:
    std::vector<Run> runs_;
};

/// `0*12 1*3 0*40`: by whom, and how often.
[[nodiscard]] auto to_text (const Schedule &schedule) -> std::string;

/// The schedule that to_text() has made @p text of, or what is wrong with it.
[[nodiscard]] auto parse_schedule (std::string_view text) -> std::expected<Schedule, std::string>;

}  // namespace ravelin::sim::race
